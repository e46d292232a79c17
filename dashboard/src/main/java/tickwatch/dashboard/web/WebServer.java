package tickwatch.dashboard.web;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tickwatch.dashboard.watch.Board;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.Listen;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.net.ServerTls;
import tickwatch.ipc.value.Table;

/**
 * The port on which browsers come.
 *
 * <p><b>Threads.</b> One event loop, which it shares with the subscriber, owns the board and all
 * connections; two workers check passwords and put the rdb's answers into words.
 */
public final class WebServer implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int MAX_URI_BYTES = 64 << 10;
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int IDLE_SECONDS = 75;
  private static final int WORKERS = 2;
  private static final int MAX_WAITING = 64;
  private static final long FRAME_MILLIS = 100;
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(35);
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final EventLoopGroup loops;
  private final Board board;
  private final RdbClient rdb;
  private final Streams streams;
  private final ThreadPoolExecutor workers;
  private final ChannelGroup connections;
  private volatile @Nullable Channel listening;

  /** Publishes what a person said; false if nobody can take it. */
  @FunctionalInterface
  public interface FeedbackSink {
    boolean publish(String table, Table rows);
  }

  /**
   * Where browsers come in, and which of them.
   *
   * @param listen address or host name
   * @param port 0 to 65535; 0 takes a free one
   * @param tls null to speak plainly
   * @param maxClients open connections; one more is closed
   */
  public record Door(
      String listen, int port, Access access, @Nullable ServerTls tls, int maxClients) {}

  /**
   * A server that does not listen yet.
   *
   * @param loops one NIO event loop, the subscriber's
   * @param board what it shows
   * @param rdbEndpoint whom to ask for older rows, or null
   */
  public WebServer(EventLoopGroup loops, Board board, @Nullable Endpoint rdbEndpoint) {
    this.loops = loops;
    this.board = board;
    this.rdb = new RdbClient(rdbEndpoint, loops, QUESTION_TIMEOUT);
    this.streams = new Streams(board);
    this.connections = new DefaultChannelGroup(loops.next(), true);
    this.workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("dashboard-worker", true));
    workers.allowCoreThreadTimeOut(true);
  }

  /**
   * Listens, and sends frames from now on.
   *
   * @throws NetException when it cannot listen
   */
  public void start(Door door, FeedbackSink sink, Clock clock) {
    InetAddress address = Listen.address(door.listen());
    Gate gate = new Gate(door.access(), address.isLoopbackAddress(), workers);
    Api api = new Api(board, rdb, sink::publish, clock, workers);
    Health health = new Health(board, streams);
    Page page = new Page();
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (connections.size() >= door.maxClients()) {
                      Future<?> unused = channel.close();
                      return;
                    }
                    connections.add(channel);
                    ServerTls tls = door.tls();
                    if (tls != null) {
                      tls.addTo(channel, HANDSHAKE_TIMEOUT);
                    }
                    channel
                        .pipeline()
                        .addLast("idle", new IdleStateHandler(IDLE_SECONDS, 0, 0))
                        .addLast(new HttpServerCodec(MAX_URI_BYTES, MAX_HEADER_BYTES, 8192))
                        .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                        // Requests that came in one read wait here while the first is answered.
                        .addLast(new FlowControlHandler())
                        .addLast(new WebHandler(page, gate, api, streams, health));
                  }
                })
            .bind(new InetSocketAddress(address, door.port()))
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      throw Listen.failed(door.listen(), door.port(), "--http", cause);
    }
    listening = bound.channel();
    loops.execute(rdb::watch);
    Future<?> unused =
        loops.scheduleAtFixedRate(streams::turn, FRAME_MILLIS, FRAME_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Writes what the board cannot know of: browsers and the rdb. */
  public void writeSurroundings(JsonGenerator out) throws IOException {
    out.writeNumberField("clients", streams.count());
    out.writeNumberField("framesSkipped", streams.framesSkipped());
    out.writeObjectFieldStart("rdb");
    out.writeStringField(
        "state", !rdb.isConfigured() ? "none" : rdb.isThere() ? "connected" : "away");
    out.writeStringField("why", rdb.isThere() ? "" : rdb.why());
    out.writeEndObject();
  }

  /** The port it listens on; -1 before {@link #start}. */
  public int port() {
    Channel channel = listening;
    return channel == null ? -1 : ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Stops listening and closes all connections; the event loops stay. */
  @Override
  public void close() {
    Channel channel = listening;
    if (channel != null) {
      channel.close().awaitUninterruptibly(2000);
    }
    loops.execute(rdb::close);
    connections.close().awaitUninterruptibly(2000);
    ExecutorService pool = workers;
    pool.shutdownNow();
  }
}
