package tickwatch.ipc.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Access without passwords. */
enum AnonymousAccess implements Access {
  LOOPBACK,
  EVERYONE;

  private static final Set<Right> RIGHTS =
      Set.copyOf(EnumSet.of(Right.READ, Right.SUBSCRIBE, Right.PUBLISH));

  @Override
  public @Nullable User authenticate(String user, String password, InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    boolean isLoopback = address != null && address.isLoopbackAddress();
    return this == EVERYONE || isLoopback ? new User(user, RIGHTS) : null;
  }

  @Override
  public boolean isQuick() {
    return true;
  }

  @Override
  public String toString() {
    return this == EVERYONE ? "everyone, from any machine" : "everyone on this machine";
  }
}
