package tickwatch.detector;

import io.netty.buffer.ByteBuf;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.net.Connection;
import tickwatch.ipc.net.ConnectionHandler;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;

/**
 * Answers q on the detector's port. Its variables are its counters: {@code rows}, {@code scored},
 * {@code flagged}, {@code anomalies}, {@code late}, {@code gaps}; none can be set.
 */
final class Queries implements ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Queries.class);

  /** It is evaluated on the event loop, which other clients share. */
  private static final Limits LIMITS =
      Limits.defaults()
          .withMaxSteps(100_000)
          .withMaxRows(100_000)
          .withMaxBytes(16 << 20)
          .withTimeout(Duration.ofMillis(200));

  private final Map<String, LongSupplier> counters;
  private final Clock clock;

  Queries(Supplier<@Nullable JudgeCounts> counts, Clock clock) {
    this.clock = clock;
    this.counters =
        new TreeMap<>(
            Map.of(
                "rows", () -> read(counts.get(), JudgeCounts::rows),
                "scored", () -> read(counts.get(), JudgeCounts::scored),
                "flagged", () -> read(counts.get(), JudgeCounts::flagged),
                "anomalies", () -> read(counts.get(), JudgeCounts::anomalies),
                "late", () -> read(counts.get(), JudgeCounts::late),
                "gaps", () -> read(counts.get(), JudgeCounts::gaps)));
  }

  private static long read(@Nullable JudgeCounts counts, ToLongFunction<JudgeCounts> which) {
    return counts == null ? 0 : which.applyAsLong(counts);
  }

  @Override
  public void message(Connection c, MessageType type, ByteBuf buffer, int start, int length) {
    Value query = new ValueDecoder().decodeMessage(buffer.slice(start, length));
    if (type != MessageType.SYNC) {
      return;
    }
    c.respond(c.user().may(Right.READ) ? answer(query) : new ErrorValue("access"));
  }

  private Value answer(Value query) {
    try {
      return new Interpreter(new Counters(), clock, LIMITS).value(query);
    } catch (QError e) {
      LOG.debug("query failed", e);
      return new ErrorValue(e.word());
    } catch (RuntimeException e) {
      LOG.warn("query failed", e);
      return new ErrorValue("nyi");
    }
  }

  private final class Counters implements Globals {
    @Override
    public @Nullable Value get(String name) {
      LongSupplier counter = counters.get(name);
      return counter == null ? null : LongAtom.of(counter.getAsLong());
    }

    @Override
    public void set(String name, Value value) {
      throw new QError("noupdate", "the detector's variables cannot be set");
    }

    @Override
    public Collection<String> names() {
      return List.copyOf(counters.keySet());
    }
  }
}
