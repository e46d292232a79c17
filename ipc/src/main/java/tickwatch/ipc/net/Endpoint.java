package tickwatch.ipc.net;

import org.jspecify.annotations.Nullable;

/**
 * Where to connect, and as whom.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param user may be empty; holds no colon
 * @param password may be empty and may hold colons
 * @param tls null to speak plainly
 */
public record Endpoint(
    String host, int port, String user, String password, @Nullable ClientTls tls) {
  private static final String TLS = "tcps://";
  private static final String PLAIN = "tcp://";

  public Endpoint {
    if (host.isEmpty()) {
      throw new NetException("no host before the port " + port + " (expected: HOST:PORT)");
    }
    if (port < 1 || port > 65535) {
      throw new NetException("port: " + port + " (expected: a number from 1 to 65535)");
    }
    if (user.indexOf(':') >= 0 || user.indexOf('\0') >= 0 || password.indexOf('\0') >= 0) {
      throw new NetException("a user name holds no colon, and neither it nor a password a byte 00");
    }
  }

  /** A plain one. */
  public Endpoint(String host, int port, String user, String password) {
    this(host, port, user, password, null);
  }

  /**
   * Reads {@code [tcps://]HOST:PORT[:USER[:PASSWORD]]}; an IPv6 address stands in brackets, and
   * {@code tcps://} means TLS, with the authorities that this JVM trusts.
   *
   * @throws NetException with a sentence that holds no password
   */
  public static Endpoint parse(String hostPortUserPassword) {
    if (hostPortUserPassword.startsWith(TLS)) {
      return parse(hostPortUserPassword.substring(TLS.length())).withTls(ClientTls.trusting(null));
    }
    String text =
        hostPortUserPassword.startsWith(PLAIN)
            ? hostPortUserPassword.substring(PLAIN.length())
            : hostPortUserPassword;
    int hostEnd;
    String host;
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      if (bracket < 0) {
        throw new NetException("a \"[\" without its \"]\" (expected: [ADDRESS]:PORT)");
      }
      host = text.substring(1, bracket);
      hostEnd = bracket + 1;
      if (hostEnd < text.length() && text.charAt(hostEnd) != ':') {
        throw new NetException("no \":\" after \"]\" (expected: [ADDRESS]:PORT)");
      }
    } else {
      int colon = text.indexOf(':');
      hostEnd = colon < 0 ? text.length() : colon;
      host = text.substring(0, hostEnd);
    }
    if (hostEnd >= text.length()) {
      throw new NetException(
          "\"" + text + "\" names no port (expected: HOST:PORT, as in localhost:5010)");
    }
    String[] fields = text.substring(hostEnd + 1).split(":", 3);
    return new Endpoint(
        host,
        portOf(fields[0]),
        fields.length > 1 ? fields[1] : "",
        fields.length > 2 ? fields[2] : "");
  }

  private static int portOf(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new NetException(
        "port: \"" + text + "\" (expected: a number from 1 to 65535, in HOST:PORT:USER:PASSWORD)");
  }

  /** The same place as another user. */
  public Endpoint withUser(String wantedUser, String wantedPassword) {
    return new Endpoint(host, port, wantedUser, wantedPassword, tls);
  }

  /** The same place over TLS; null speaks plainly. */
  public Endpoint withTls(@Nullable ClientTls wanted) {
    return new Endpoint(host, port, user, password, wanted);
  }

  /** {@code [tcps://]HOST:PORT}: neither user nor password, so that it may be logged. */
  @Override
  public String toString() {
    return (tls == null ? "" : TLS)
        + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + port;
  }
}
