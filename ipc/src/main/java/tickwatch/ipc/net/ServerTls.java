package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * TLS 1.2 and 1.3 for a listener. A client that speaks plainly is closed at once, and a browser is
 * told why.
 *
 * <p><b>Threads.</b> Any.
 */
public final class ServerTls {
  /** The first byte of a TLS connection: a handshake record. */
  private static final int HANDSHAKE_RECORD = 22;

  private final SslContext context;
  private final Warnings warnings = new Warnings();

  private ServerTls(SslContext context) {
    this.context = context;
  }

  /**
   * Reads the server's certificate and key.
   *
   * @param certificate PEM: the server's certificate, then those that signed it
   * @param key PEM: its private key, PKCS#8, without a password
   * @throws NetException if either cannot be read or is not that, or the key is another one's
   */
  public static ServerTls of(Path certificate, Path key) {
    for (Path file : new Path[] {certificate, key}) {
      if (!Files.isReadable(file)) {
        throw new NetException("TLS: " + file + " cannot be read");
      }
    }
    TlsFiles.check(certificate, key);
    try {
      return new ServerTls(
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .protocols("TLSv1.3", "TLSv1.2")
              .build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new NetException(
          "TLS: "
              + certificate
              + " and "
              + key
              + " (expected: a certificate and its key without a password, PEM): "
              + e.getMessage(),
          e);
    }
  }

  /** Encrypts a new connection: to be called before its other handlers are added. */
  public void addTo(Channel channel, Duration handshakeTimeout) {
    SslHandler tls = context.newHandler(channel.alloc());
    tls.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    channel.pipeline().addLast("plain or not", new FirstByte(warnings)).addLast("tls", tls);
  }

  /** Closes who does not begin with TLS; a short plain handshake would else wait for more bytes. */
  private static final class FirstByte extends ChannelInboundHandlerAdapter {
    private final Warnings warnings;
    private boolean isRefused;

    FirstByte(Warnings warnings) {
      this.warnings = warnings;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (isRefused || !bytes.isReadable()) {
        bytes.release();
        return;
      }
      int first = bytes.getUnsignedByte(bytes.readerIndex());
      if (first == HANDSHAKE_RECORD) {
        ctx.fireChannelRead(bytes);
        ctx.pipeline().remove(this);
        return;
      }
      isRefused = true;
      bytes.release();
      warnings.badHandshake(
          ctx.channel().remoteAddress(),
          "plain bytes on a port that speaks TLS (tcps://, https://)");
      if (first == 'G' || first == 'H') {
        HttpReply reply = HttpReply.text(400, "this port speaks TLS: https://\n");
        Outbound.writeAndClose(ctx, new HttpAnswer(reply, false, null).encode(ctx.alloc()));
      } else {
        Outbound.close(ctx);
      }
    }
  }
}
