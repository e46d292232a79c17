package tickwatch.rdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.QError;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * Asks a small table of its own the everyday questions, so that the virtual machine has loaded and
 * begun to compile what they need before the first client asks: else he waits a tenth of a second
 * for that.
 *
 * <p><b>Threads.</b> Those of the pool that evaluates queries, one at a time; after every round
 * what waits there has its turn.
 */
final class WarmUp implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Enough for the first compiler; the second one has to see real work. */
  private static final int ROUNDS = 10;

  private static final int ROWS = 300;

  private static final List<String> QUESTIONS =
      List.of(
          "1+1",
          "count t",
          "tables[]",
          "meta t",
          "cols t",
          "-5#t",
          "select from t",
          "select by sym from t",
          "select[-3] from t",
          "exec distinct sym from t",
          "select count i by sym from t",
          "select from t where time>(last time)-0D00:05,sym=`a",
          "select from t where sym in `a`b",
          "select avg price,max price,min price by sym from t",
          "select last price by sym,0D00:01 xbar time from t",
          "exec count i from t where price>1",
          "update twice:2*price from t",
          "`price xdesc t",
          "aj[`sym`time;t;t]",
          "{[x;s] exec sum price from x where sym=s}[t;`a]",
          ".Q.s t");

  private static final List<String> COLUMNS = List.of("time", "sym", "price");

  private final QueryLimits limits;
  private final Executor pool;
  private int rounds;
  private long nanos;

  WarmUp(QueryLimits limits, Executor pool) {
    this.limits = limits;
    this.pool = pool;
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    try {
      round();
    } catch (QError | CodecException | OutOfMemoryError e) {
      LOG.debug("not warmed up", e);
      return;
    }
    nanos += System.nanoTime() - start;
    if (++rounds < ROUNDS) {
      try {
        pool.execute(this);
      } catch (RejectedExecutionException e) {
        LOG.debug("closed before it was warm");
      }
    } else {
      LOG.debug("warmed up: millis={}", nanos / 1_000_000);
    }
  }

  /** Asks each question once. */
  void round() {
    Interpreter interpreter =
        new Interpreter(new Example(table()), Clock.systemUTC(), limits.forEvaluator());
    ValueDecoder decoder = new ValueDecoder();
    for (String question : QUESTIONS) {
      ask(question, interpreter, decoder);
    }
  }

  private static void ask(String question, Interpreter interpreter, ValueDecoder decoder) {
    ByteBuf bytes = Unpooled.buffer();
    ValueEncoder.encodeMessage(MessageType.SYNC, ByteVector.string(question), 3, bytes);
    Value answer = interpreter.value(decoder.decodeMessage(bytes));
    ValueEncoder.encodeMessage(MessageType.RESPONSE, answer, 3, Unpooled.buffer());
  }

  private static GrowingTable table() {
    GrowingTable table =
        new GrowingTable(
            COLUMNS, List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT), Retention.ALL);
    table.append(
        new Table(
            COLUMNS,
            List.of(
                LongVector.of(
                    QType.TIMESTAMP,
                    IntStream.range(0, ROWS).mapToLong(row -> row * 1_000_000_000L).toArray()),
                SymbolVector.of(
                    IntStream.range(0, ROWS)
                        .mapToObj(row -> row % 2 == 0 ? "a" : "b")
                        .toArray(String[]::new)),
                FloatVector.of(QType.FLOAT, IntStream.range(0, ROWS).asDoubleStream().toArray()))));
    table.publish();
    return table;
  }

  /** The one table there is. */
  private record Example(GrowingTable table) implements Globals {
    @Override
    public @Nullable Value get(String name) {
      return name.equals("t") ? table.snapshot() : null;
    }

    @Override
    public void set(String name, Value value) {
      throw new QError("noupdate", "nothing can be changed here");
    }

    @Override
    public Collection<String> names() {
      return List.of("t");
    }
  }
}
