package tickwatch.tick;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * The rows by which a process says that it is alive, and what it has to say: columns of the tables
 * {@code heartbeat} and {@code logmsg}, one row each, without their time.
 *
 * <p><b>Threads.</b> One at a time.
 */
public final class Heartbeat {
  /** The table of {@link #next}. */
  public static final String TABLE = "heartbeat";

  /** The table of {@link #message}. */
  public static final String MESSAGES = "logmsg";

  private final String process;
  private final String host;
  private final long pid = ProcessHandle.current().pid();
  private long count;

  /**
   * @param process its role, as {@code rdb}; also the rows' sym
   */
  public Heartbeat(String process) {
    this.process = process;
    this.host = hostName();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /**
   * The next beat, counted.
   *
   * @param port where the process listens; 0 if it does not
   * @param lagNanos how long the tickerplant took to log the beat before; 0 for the first one
   */
  public ListVector next(int port, long lagNanos) {
    count++;
    return ListVector.of(
        symbol(process),
        symbol(process),
        symbol(host),
        LongVector.of(QType.LONG, pid),
        IntVector.of(QType.INT, port),
        LongVector.of(QType.LONG, count),
        LongVector.of(QType.LONG, lagNanos));
  }

  /** A line of the process's log. */
  public ListVector message(String level, String text) {
    return ListVector.of(
        symbol(process), symbol(process), symbol(level), ListVector.of(ByteVector.string(text)));
  }

  private static Vector symbol(String text) {
    return SymbolVector.of(
        new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }
}
