package tickwatch.bench.ipc;

import com.kx.c;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.UnsupportedEncodingException;
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
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.Value;

/**
 * How long does it take to read a message, beside javakdb 2.0?
 *
 * <p>Microseconds a message: a table of 1,000 rows and one row as a list of atoms, of the shape in
 * {@link Messages}. Both read the same little-endian bytes, here from a direct buffer as a socket
 * fills it, in javakdb from an array. The big-endian ones are what a javakdb client sends.
 *
 * <p>A table's columns are 76,000 bytes when read (a symbol is an int), so that is the least that
 * can be allocated.
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
public class ValueDecoderBenchmark {
  private final Messages messages = new Messages();
  private final byte[] table = Messages.littleEndian(messages.table());
  private final byte[] row = Messages.littleEndian(messages.row());
  private final ByteBuf tableBuffer = direct(table);
  private final ByteBuf rowBuffer = direct(row);
  private final ByteBuf bigEndianTable = direct(Messages.bigEndian(messages.tableForJavakdb()));
  private final ByteBuf bigEndianRow = direct(Messages.bigEndian(messages.rowForJavakdb()));
  private final ValueDecoder decoder = new ValueDecoder();
  private final c javakdb = new c();

  @Benchmark
  public Value table() {
    return decoder.decodeMessage(tableBuffer.readerIndex(0));
  }

  @Benchmark
  public Value tableBigEndian() {
    return decoder.decodeMessage(bigEndianTable.readerIndex(0));
  }

  @Benchmark
  public Object tableJavakdb() throws c.KException, UnsupportedEncodingException {
    return javakdb.deserialize(table);
  }

  @Benchmark
  public Value row() {
    return decoder.decodeMessage(rowBuffer.readerIndex(0));
  }

  @Benchmark
  public Value rowBigEndian() {
    return decoder.decodeMessage(bigEndianRow.readerIndex(0));
  }

  @Benchmark
  public Object rowJavakdb() throws c.KException, UnsupportedEncodingException {
    return javakdb.deserialize(row);
  }

  private static ByteBuf direct(byte[] bytes) {
    return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }
}
