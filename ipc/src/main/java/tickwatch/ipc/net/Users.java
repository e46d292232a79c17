package tickwatch.ipc.net;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The users of a file, and nobody else. */
public final class Users implements Access {
  private Users() {}

  /**
   * Reads a users file.
   *
   * @throws NetException when it cannot be read, or with the number of the line that makes no sense
   */
  public static Users load(Path file) {
    throw new UnsupportedOperationException();
  }

  /** A line for a users file. */
  public static String line(String user, char[] password, Set<Right> rights) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable User authenticate(String user, String password, InetSocketAddress remote) {
    throw new UnsupportedOperationException();
  }
}
