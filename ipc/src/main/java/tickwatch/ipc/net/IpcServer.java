package tickwatch.ipc.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that speaks kdb+ IPC, and answers HTTP. */
public final class IpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IpcServer.class);

  private static final int PASSWORD_THREADS = 2;
  private static final int MAX_WAITING_PASSWORDS = 256;
  private static final int ACCEPT_BACKLOG = 1024;

  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);

  /** Reads of one readiness event; together with the buffer's size, what one batch can hold. */
  private static final int MAX_READS_AT_ONCE = 4;

  private final EventLoopGroup loops;
  private final ExecutorService passwordThreads;
  private final ChannelGroup connections;
  private final Channel listening;
  private final UnfinishedMessages unfinished;
  private final LongMessages longMessages;

  private IpcServer(
      EventLoopGroup loops,
      ExecutorService passwordThreads,
      ChannelGroup connections,
      Channel listening,
      UnfinishedMessages unfinished,
      LongMessages longMessages) {
    this.loops = loops;
    this.passwordThreads = passwordThreads;
    this.connections = connections;
    this.listening = listening;
    this.unfinished = unfinished;
    this.longMessages = longMessages;
  }

  /**
   * Listens.
   *
   * @throws NetException when the port is taken or there is no such address
   */
  public static IpcServer start(IpcServerConfig config, ConnectionHandler handler) {
    return start(config, handler, EventLoops.create(config.threads(), "ipc"));
  }

  /** Listens with these event loops, which now belong to the server. */
  static IpcServer start(IpcServerConfig config, ConnectionHandler handler, EventLoopGroup loops) {
    ThreadPoolExecutor passwordThreads =
        new ThreadPoolExecutor(
            PASSWORD_THREADS,
            PASSWORD_THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING_PASSWORDS),
            new DefaultThreadFactory("ipc-password", true));
    passwordThreads.allowCoreThreadTimeOut(true);
    LongMessages longMessages = new LongMessages();
    try {
      ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
      Map<EventExecutor, ReadBuffers> readBuffers = new HashMap<>();
      loops.forEach(loop -> readBuffers.put(loop, new ReadBuffers()));
      Future<?> unused =
          loops
              .terminationFuture()
              .addListener(ended -> readBuffers.values().forEach(ReadBuffers::close));
      UnfinishedMessages unfinished = new UnfinishedMessages(config.maxUnfinishedBytes());
      Acceptor acceptor =
          new Acceptor(
              config, handler, passwordThreads, connections, readBuffers, unfinished, longMessages);
      Channel listening = listen(config, loops, acceptor);
      LOG.info(
          "listening: address={} threads={} tls={} letsIn=\"{}\"",
          listening.localAddress(),
          config.threads(),
          config.tls() != null,
          config.access());
      return new IpcServer(
          loops, passwordThreads, connections, listening, unfinished, longMessages);
    } catch (RuntimeException e) {
      passwordThreads.shutdownNow();
      longMessages.close();
      Future<?> unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static Channel listen(IpcServerConfig config, EventLoopGroup loops, Acceptor acceptor) {
    InetAddress address = Listen.address(config.listen());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel(loops))
            .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(acceptor)
            .bind(new InetSocketAddress(address, config.port()))
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw Listen.failed(config.listen(), config.port(), "--port", cause);
    }
    return bound.channel();
  }

  /**
   * Buffers that follow what a connection sends: small for one row at a time, so that who keeps a
   * row keeps little else; large for a busy publisher.
   */
  static AdaptiveRecvByteBufAllocator readBuffers() {
    AdaptiveRecvByteBufAllocator buffers =
        new AdaptiveRecvByteBufAllocator(2 << 10, 64 << 10, 256 << 10);
    buffers.maxMessagesPerRead(MAX_READS_AT_ONCE);
    return buffers;
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Memory that messages take which have begun and not ended. Any thread. */
  public long unfinishedBytes() {
    return unfinished.bytes();
  }

  /** Messages whose senders were closed because unfinished ones took too much. Any thread. */
  public long unfinishedGaveWay() {
    return unfinished.gaveWay();
  }

  public EventLoopGroup eventLoops() {
    return loops;
  }

  /** Waits until somebody calls {@link #close}. */
  public void awaitClosed() throws InterruptedException {
    listening.closeFuture().await();
  }

  /** Takes no new connections; those that are open stay. */
  public void stopListening() {
    Outbound.close(listening);
  }

  /**
   * Stops listening, closes all connections and stops the event loops. Returns when all that is
   * done, unless called on one of the event loops.
   */
  @Override
  public void close() {
    Outbound.close(listening);
    Future<?> unused = connections.close();
    passwordThreads.shutdownNow();
    longMessages.close();
    Future<?> stopped = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return;
      }
    }
    boolean hasStopped = stopped.awaitUninterruptibly(10, TimeUnit.SECONDS);
    if (!hasStopped) {
      LOG.warn("event loops still run 10 s after the server was closed: is one blocked?");
    }
  }

  /** Takes new connections, up to the limit. */
  private static final class Acceptor extends ChannelInitializer<Channel> {
    private static final String HANDSHAKE = "handshake";

    private final IpcServerConfig config;
    private final ConnectionHandler handler;
    private final ExecutorService passwordThreads;
    private final ChannelGroup connections;
    private final Map<EventExecutor, ReadBuffers> readBuffers;
    private final UnfinishedMessages unfinished;
    private final LongMessages longMessages;
    private final Warnings warnings = new Warnings();
    private final AtomicInteger open = new AtomicInteger();

    /** In order of their coming: all in their handshake, and some who have finished it. */
    private final Queue<Channel> newcomers = new ConcurrentLinkedQueue<>();

    Acceptor(
        IpcServerConfig config,
        ConnectionHandler handler,
        ExecutorService passwordThreads,
        ChannelGroup connections,
        Map<EventExecutor, ReadBuffers> readBuffers,
        UnfinishedMessages unfinished,
        LongMessages longMessages) {
      this.config = config;
      this.handler = handler;
      this.passwordThreads = passwordThreads;
      this.connections = connections;
      this.readBuffers = readBuffers;
      this.unfinished = unfinished;
      this.longMessages = longMessages;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (open.incrementAndGet() > config.maxConnections() && !hasMadeRoom()) {
        open.decrementAndGet();
        warnings.tooMany(config.maxConnections(), channel.remoteAddress());
        Outbound.close(channel);
        return;
      }
      Future<?> unused = channel.closeFuture().addListener(closed -> open.decrementAndGet());
      connections.add(channel);
      ReadBuffers ofLoop = readBuffers.get(channel.eventLoop());
      if (ofLoop == null) {
        throw new IllegalStateException("a connection on an event loop that is not the server's");
      }
      channel.config().setRecvByteBufAllocator(ofLoop);
      ServerTls tls = config.tls();
      if (tls != null) {
        tls.addTo(channel, config.handshakeTimeout());
      }
      channel
          .pipeline()
          .addLast(
              HANDSHAKE,
              new ServerHandshake(
                  config, handler, passwordThreads, warnings, unfinished, longMessages));
      forgetThoseWhoFinished();
      newcomers.add(channel);
    }

    private void forgetThoseWhoFinished() {
      for (Channel oldest = newcomers.peek();
          oldest != null && !isInHandshake(oldest);
          oldest = newcomers.peek()) {
        newcomers.remove(oldest);
      }
    }

    /**
     * Closes the oldest connection that has not finished its handshake, if there is one: else a few
     * who connect and say nothing could keep everybody out.
     */
    private boolean hasMadeRoom() {
      for (Channel oldest = newcomers.poll(); oldest != null; oldest = newcomers.poll()) {
        if (isInHandshake(oldest)) {
          warnings.gaveWay(config.maxConnections(), oldest.remoteAddress());
          Outbound.close(oldest);
          return true;
        }
      }
      return false;
    }

    private static boolean isInHandshake(Channel channel) {
      return channel.isOpen() && channel.pipeline().get(HANDSHAKE) != null;
    }
  }
}
