package tickwatch.ipc.net;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundInvoker;

/**
 * Writes and closes whose outcome nobody waits for: where they fail the channel ends, and its
 * handler hears of that.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Outbound {
  private Outbound() {}

  static void write(ChannelOutboundInvoker channel, Object message) {
    channel.write(message, channel.voidPromise());
  }

  static void writeAndFlush(ChannelOutboundInvoker channel, Object message) {
    channel.writeAndFlush(message, channel.voidPromise());
  }

  static void writeAndClose(ChannelOutboundInvoker channel, Object message) {
    channel.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
  }

  static void close(ChannelOutboundInvoker channel) {
    channel.close();
  }
}
