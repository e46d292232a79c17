package tickwatch.ipc.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS for connections to a server, whose certificate must be valid for the host that is connected
 * to.
 *
 * <p><b>Threads.</b> Any.
 */
public final class ClientTls {
  private final SslContext context;

  private ClientTls(SslContext context) {
    this.context = context;
  }

  /**
   * Trusts these certificates.
   *
   * @param authorities PEM: who may have signed the server's certificate, or that one itself; null
   *     for those that this JVM trusts
   * @throws NetException if the file cannot be read or is not that
   */
  public static ClientTls trusting(@Nullable Path authorities) {
    try {
      SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
      if (authorities != null) {
        if (!Files.isReadable(authorities)) {
          throw new NetException("TLS: " + authorities + " cannot be read");
        }
        builder.trustManager(authorities.toFile());
      }
      return new ClientTls(builder.build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new NetException(
          "TLS: " + authorities + " (expected: certificates, PEM): " + e.getMessage(), e);
    }
  }

  /** The same for what connects by other means, as javakdb does. */
  public SSLContext javaContext() {
    return ((JdkSslContext) context).context();
  }

  void addTo(Channel channel, Endpoint endpoint, long handshakeMillis) {
    SslHandler tls = context.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
    tls.setHandshakeTimeoutMillis(Math.max(1, handshakeMillis));
    channel.pipeline().addLast("tls", tls);
  }
}
