package tickwatch.bench.tickerplant;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tickwatch.tickerplant.Tickerplant;
import tickwatch.tickerplant.TickerplantConfig;

/**
 * A tickerplant or the floor in a process of its own: prints its port; then, for each line it
 * reads, the bytes of heap it has allocated so far. Ends with its input.
 *
 * <p>Usage: {@code Server tickerplant|floor DIRECTORY}
 */
public final class Server {
  static final String SCHEMA =
      "readings:([]time:`timestamp$();sym:`symbol$();ch0:`float$();ch1:`float$();ch2:`float$();"
          + "ch3:`float$();ch4:`float$();ch5:`float$();ch6:`float$();ch7:`float$())\n";

  private Server() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    Path directory = Path.of(args[1]);
    if (args[0].equals("floor")) {
      out.println(FanoutFloor.start(directory.resolve("floor.log")));
    } else {
      Path schema = Files.writeString(directory.resolve("readings.q"), SCHEMA);
      out.println(
          Tickerplant.start(TickerplantConfig.defaults(schema, directory.resolve("log"), 0))
              .port());
    }
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (in.readLine() != null) {
      out.println(allocatedBytes());
    }
    System.exit(0);
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (long allocated : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      bytes += Math.max(0, allocated);
    }
    return bytes;
  }
}
