package tickwatch.ipc.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks the flags {@code --listen}, {@code --users} and {@code --allow-anonymous} together. */
public final class Listen {
  private Listen() {}

  /**
   * Who may connect under these flags: the users of the file; else everyone, where that is said
   * explicitly; else anyone on this machine.
   *
   * @param listen value of {@code --listen}
   * @param users value of {@code --users}, null where not given
   * @throws NetException when the flags would open the port to other machines without saying to
   *     whom, contradict each other, or name an unknown address or a bad users file
   */
  public static Access access(String listen, @Nullable Path users, boolean allowAnonymous) {
    InetAddress address = address(listen);
    if (users != null && allowAnonymous) {
      throw new NetException(
          "--users lets in its users only and --allow-anonymous everyone: leave out one of them");
    }
    if (users != null) {
      return Users.load(users);
    }
    if (allowAnonymous) {
      return Access.anonymous();
    }
    if (!address.isLoopbackAddress()) {
      throw new NetException(
          "--listen "
              + listen
              + " lets other machines connect: add --users FILE to say who may, or"
              + " --allow-anonymous to let everyone read, subscribe and publish");
    }
    return Access.anonymousLoopback();
  }

  /**
   * The address that {@code --listen} means.
   *
   * @throws NetException when there is no such host
   */
  public static InetAddress address(String listen) {
    if (listen.isBlank()) {
      throw new NetException("--listen: \"\" (expected: an address, as 127.0.0.1 or 0.0.0.0)");
    }
    try {
      return InetAddress.getByName(listen);
    } catch (UnknownHostException e) {
      throw new NetException(
          "--listen: \""
              + listen
              + "\" is no address and no known host (expected: an address of this machine, as"
              + " 127.0.0.1, or 0.0.0.0 for all of them)",
          e);
    }
  }

  /**
   * Why a port could not be had. The operating system's reasons come as text only, and from Java
   * and from epoll alike.
   *
   * @param flag the one that names the port
   */
  public static NetException failed(String listen, int port, String flag, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    String sentence = "cannot listen on " + listen + ", " + port + ": " + reason;
    if (reason.contains("in use")) {
      sentence =
          "port "
              + port
              + " is already used on "
              + listen
              + ": another process listens there. Stop it, or try "
              + flag
              + " with another number";
    } else if (reason.contains("assign requested address")) {
      sentence =
          "--listen "
              + listen
              + ": this machine has no such address (expected: one of its own, as 127.0.0.1, or"
              + " 0.0.0.0 for all of them)";
    } else if (reason.contains("ermission denied")) {
      sentence =
          "port "
              + port
              + " is reserved for the system (below 1024?). Try "
              + flag
              + " with a higher number";
    }
    return new NetException(sentence, cause);
  }
}
