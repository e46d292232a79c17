package tickwatch.bench.tickerplant;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tickwatch.bench.tickerplant.Driven.Sample;

/**
 * What does it cost that a tickerplant looks into messages? A {@link FanoutFloor} with the same log
 * policy (one write a read, not forced) is driven with the same bytes, in turns.
 *
 * <p>One publisher, one or four subscribers, each server a process of its own over loopback; {@link
 * DrivenSockets} and {@link Load} say more. A run ends when the last subscriber has everything.
 * Processor time and allocation are the server process's own, without its compilers'. Latency
 * counts from the intended send time.
 *
 * <p>{@code scripts/bench.sh tickerplant [rates] [numbered] [timeless] [latency]}; prints Markdown;
 * medians and extremes of {@value #RUNS} runs.
 */
public final class TickerplantBenchmark {
  private static final int[] ROWS = {1, 10, 100, 1000};
  private static final int[] TIMELESS_ROWS = {1, 100};
  private static final int[] SUBSCRIBERS = {1, 4};
  private static final int[] RATES = {10_000, 50_000};
  private static final int RUNS = 7;

  private TickerplantBenchmark() {}

  public static void main(String[] args) throws Exception {
    List<String> parts =
        args.length > 0 ? List.of(args) : List.of("rates", "numbered", "timeless", "latency");
    System.out.printf(
        "%s, %d cores, Java %s%n%n",
        Instant.now().toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));
    if (parts.contains("rates")) {
      rates();
    }
    if (parts.contains("numbered")) {
      numbered();
    }
    if (parts.contains("timeless")) {
      timeless();
    }
    if (parts.contains("latency")) {
      latencies();
    }
  }

  private static void rates() throws Exception {
    System.out.println(
        "| subscribers | rows a message | tickerplant, messages/s | floor, messages/s | rate |"
            + " tickerplant, CPU µs/message | floor, CPU µs/message | CPU | tickerplant, bytes"
            + " allocated/message |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int subscribers : SUBSCRIBERS) {
      for (int rows : ROWS) {
        try (Driven ours = new DrivenSockets("tickerplant", subscribers);
            Driven floor = new DrivenSockets("floor", subscribers)) {
          rates(subscribers, rows, ours, floor);
        }
      }
    }
    System.out.println();
  }

  private static void rates(int subscribers, int rows, Driven ours, Driven floor)
      throws IOException {
    Load load = new Load(rows);
    for (int warm = 0; warm < warmUps(rows); warm++) {
      ours.run(load, load.messages());
      floor.run(load, load.messages());
    }
    Sample[] of = new Sample[RUNS];
    Sample[] than = new Sample[RUNS];
    for (int run = 0; run < RUNS; run++) {
      of[run] = ours.run(load, load.messages());
      than[run] = floor.run(load, load.messages());
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %s | %s | %.2f | %s | %s | %.2f | %.1f |%n",
        subscribers,
        rows,
        Figures.thousands(of, Sample::messagesPerSecond),
        Figures.thousands(than, Sample::messagesPerSecond),
        Figures.median(of, Sample::messagesPerSecond)
            / Figures.median(than, Sample::messagesPerSecond),
        Figures.plain(of, Sample::cpuMicros),
        Figures.plain(than, Sample::cpuMicros),
        Figures.median(of, Sample::cpuMicros) / Figures.median(than, Sample::cpuMicros),
        Figures.median(of, Sample::allocatedBytes));
  }

  /** What it costs that a publisher names itself: a marker before each row in the log. */
  private static void numbered() throws Exception {
    compare(
        "single rows of a publisher",
        1,
        new String[] {"without a name", "named and numbered", "floor"},
        new Load.Kind[] {Load.Kind.TIMED, Load.Kind.NUMBERED, Load.Kind.TIMED});
  }

  /** What it costs that rows come without their time: the tickerplant puts it before them. */
  private static void timeless() throws Exception {
    for (int rows : TIMELESS_ROWS) {
      compare(
          rows + " rows a message",
          rows,
          new String[] {"with their time", "without it", "floor"},
          new Load.Kind[] {Load.Kind.TIMED, Load.Kind.TIMELESS, Load.Kind.TIMED});
    }
  }

  /** Tickerplants, and the floor as the last, each driven with messages of its own kind. */
  private static void compare(String what, int rows, String[] names, Load.Kind[] kinds)
      throws Exception {
    System.out.printf(
        "| %s | messages/s | CPU µs/message | ÷ floor | bytes allocated/message |%n", what);
    System.out.println("| --- | --- | --- | --- | --- |");
    int last = names.length - 1;
    Load[] loads = new Load[names.length];
    Driven[] driven = new Driven[names.length];
    Sample[][] samples = new Sample[names.length][RUNS];
    try {
      for (int d = 0; d < names.length; d++) {
        loads[d] = new Load(rows, kinds[d]);
        driven[d] = new DrivenSockets(d == last ? "floor" : "tickerplant", 1);
      }
      for (int run = -warmUps(rows); run < RUNS; run++) {
        for (int d = 0; d < driven.length; d++) {
          Sample sample = driven[d].run(loads[d], loads[d].messages());
          if (run >= 0) {
            samples[d][run] = sample;
          }
        }
      }
    } finally {
      for (Driven each : driven) {
        if (each != null) {
          each.close();
        }
      }
    }
    for (int d = 0; d < names.length; d++) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %.2f | %.1f |%n",
          names[d],
          Figures.thousands(samples[d], Sample::messagesPerSecond),
          Figures.plain(samples[d], Sample::cpuMicros),
          Figures.median(samples[d], Sample::cpuMicros)
              / Figures.median(samples[last], Sample::cpuMicros),
          Figures.median(samples[d], Sample::allocatedBytes));
    }
    System.out.println();
  }

  /** So many runs until a server's compilers are done: some ten million single rows. */
  static int warmUps(int rows) {
    return rows == 1 ? 12 : rows == 10 ? 6 : 3;
  }

  private static void latencies() throws Exception {
    System.out.println(Figures.LATENCY_HEAD);
    Load load = new Load(1);
    for (int rate : RATES) {
      double[][] ours = new double[RUNS][];
      double[][] floors = new double[RUNS][];
      try (Driven tickerplant = new DrivenSockets("tickerplant", 1);
          Driven floor = new DrivenSockets("floor", 1)) {
        for (int warm = 0; warm < 3; warm++) {
          tickerplant.run(load, load.messages());
          floor.run(load, load.messages());
        }
        tickerplant.paced(rate);
        floor.paced(rate);
        for (int run = 0; run < RUNS; run++) {
          ours[run] = tickerplant.paced(rate);
          floors[run] = floor.paced(rate);
        }
      }
      Figures.printLatency(rate, "tickerplant", ours);
      Figures.printLatency(rate, "floor", floors);
      Figures.printRatio(rate, "ratio", ours, floors);
    }
    System.out.println();
  }
}
