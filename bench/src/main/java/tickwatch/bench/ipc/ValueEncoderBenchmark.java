package tickwatch.bench.ipc;

import com.kx.c;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.Value;

/**
 * How long does it take to write a message, beside javakdb 2.0?
 *
 * <p>Microseconds a message: a table of 1,000 rows and one row as a list of atoms, of the shape in
 * {@link Messages}. Messages are appended to a direct buffer that is used again; javakdb gives each
 * one a fresh array, there is no other way.
 *
 * <pre>
 * scripts/bench.sh codec
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ValueEncoderBenchmark {
  private final Messages messages = new Messages();
  private final Value table = messages.table();
  private final Value row = messages.row();
  private final Object tableForJavakdb = messages.tableForJavakdb();
  private final Object rowForJavakdb = messages.rowForJavakdb();
  private final ByteBuf out = Unpooled.directBuffer();
  private final c javakdb = new c();

  @Benchmark
  public ByteBuf table() {
    return encode(table);
  }

  @Benchmark
  public byte[] tableJavakdb() throws IOException {
    return javakdb.serialize(0, tableForJavakdb, false);
  }

  @Benchmark
  public ByteBuf row() {
    return encode(row);
  }

  @Benchmark
  public byte[] rowJavakdb() throws IOException {
    return javakdb.serialize(0, rowForJavakdb, false);
  }

  private ByteBuf encode(Value value) {
    ValueEncoder.encodeMessage(MessageType.ASYNC, value, ValueEncoder.CAPABILITY, out.clear());
    return out;
  }
}
