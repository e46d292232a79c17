package tickwatch.bench.tickerplant;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The floor of a tickerplant, written by hand: one event loop, each read is appended to a file in
 * one write and handed to every subscriber as a retained slice. It looks into nothing, checks
 * nothing and stamps nothing.
 *
 * <p>Connections shake hands as kdb+'s do; who calls itself {@code sub} subscribes, all others
 * publish.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends its channel
final class FanoutFloor {
  private final FileChannel log;
  private final ChannelGroup subscribers = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);

  private FanoutFloor(Path log) throws IOException {
    this.log =
        FileChannel.open(
            log,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Listens on a free port. */
  static int start(Path log) throws IOException {
    FanoutFloor floor = new FanoutFloor(log);
    Channel listening =
        new ServerBootstrap()
            .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
            .channel(EpollServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(floor.new Handshake());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  private final class Handshake extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      boolean isSubscriber = bytes.getByte(bytes.readerIndex()) == 's';
      bytes.release();
      ctx.writeAndFlush(ctx.alloc().buffer(1, 1).writeByte(3), ctx.voidPromise());
      if (isSubscriber) {
        subscribers.add(ctx.channel());
        ctx.pipeline().replace(this, "subscriber", new ChannelInboundHandlerAdapter());
      } else {
        ctx.pipeline().replace(this, "publisher", new Publisher());
      }
    }
  }

  private final class Publisher extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
      ByteBuf bytes = (ByteBuf) message;
      ByteBuffer logged = bytes.nioBuffer();
      while (logged.hasRemaining()) {
        log.write(logged);
      }
      for (Channel subscriber : subscribers) {
        subscriber.write(bytes.retainedDuplicate(), subscriber.voidPromise());
      }
      bytes.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      for (Channel subscriber : subscribers) {
        subscriber.flush();
      }
    }
  }
}
