package tickwatch.dashboard.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.User;

/**
 * Decides whether a request comes from whom it should.
 *
 * <p>Where there are users, a browser sends name and password as HTTP's basic authentication has
 * it. Where everyone on this machine is let in, a foreign page that such a person has open must be
 * kept out: a request that a browser marks as another site's is refused, one whose {@code Host} is
 * not this machine (a name made to point here) too; a change and a WebSocket need this page's own
 * {@code Origin}, and a change a JSON body.
 */
final class Gate {
  private final Access access;
  private final boolean isLoopback;
  private final Executor workers;

  /**
   * Lets in whom {@code access} knows.
   *
   * @param isLoopback whether only this machine can connect
   * @param workers check passwords, which takes long
   */
  Gate(Access access, boolean isLoopback, Executor workers) {
    this.access = access;
    this.isLoopback = isLoopback;
    this.workers = workers;
  }

  /** Why a request is refused whoever sent it; null if it is not. */
  @Nullable String refusal(HttpMethod method, HttpHeaders headers) {
    String host = headers.get(HttpHeaderNames.HOST, "");
    if (isLoopback && access.isQuick() && !isThisMachine(host)) {
      return "Host \"" + host + "\" is not this machine (expected: localhost)";
    }
    String site = headers.get("Sec-Fetch-Site", "none");
    String mode = headers.get("Sec-Fetch-Mode", "");
    boolean isLink = mode.equals("navigate") && method.equals(HttpMethod.GET);
    if ((site.equals("cross-site") || site.equals("same-site")) && !isLink) {
      return "requests from pages of other sites are refused";
    }
    boolean isChange = method.equals(HttpMethod.POST);
    if (isChange || headers.contains(HttpHeaderNames.UPGRADE)) {
      String origin = headers.get(HttpHeaderNames.ORIGIN);
      if (origin != null && !host.equalsIgnoreCase(authority(origin))) {
        return "the origin " + origin + " is another site's";
      }
    }
    if (isChange) {
      String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
      if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
        return "a body of type \"" + type + "\" (expected: application/json)";
      }
    }
    return null;
  }

  private static boolean isThisMachine(String hostAndPort) {
    String host = hostAndPort.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")
        || host.equals("[::1]");
  }

  private static String authority(String origin) {
    try {
      String authority = new URI(origin).getAuthority();
      return authority == null ? "" : authority;
    } catch (URISyntaxException e) {
      return "";
    }
  }

  /** Who this is; null if not let in. Completes at once or on a worker. */
  CompletableFuture<@Nullable User> user(HttpHeaders headers, InetSocketAddress remote) {
    String[] credentials = credentials(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
    if (access.isQuick()) {
      return CompletableFuture.completedFuture(
          access.authenticate(credentials[0], credentials[1], remote));
    }
    if (credentials[0].isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.supplyAsync(
        () -> access.authenticate(credentials[0], credentials[1], remote), workers);
  }

  private static String[] credentials(String authorization) {
    if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      try {
        String text =
            new String(
                Base64.getDecoder().decode(authorization.substring(6).trim()),
                StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        if (colon >= 0) {
          return new String[] {text.substring(0, colon), text.substring(colon + 1)};
        }
      } catch (IllegalArgumentException e) {
        // not Base 64: nobody we know
        return new String[] {"", ""};
      }
    }
    return new String[] {"", ""};
  }
}
