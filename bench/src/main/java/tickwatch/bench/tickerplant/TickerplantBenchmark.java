package tickwatch.bench.tickerplant;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
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
 * <p>{@code scripts/bench.sh tickerplant [rates] [numbered] [timeless] [filtered] [latency]};
 * prints Markdown; medians and extremes of {@value #RUNS} runs.
 */
public final class TickerplantBenchmark {
  private static final int[] ROWS = {1, 10, 100, 1000};
  private static final int[] COMPARED_ROWS = {1, 100};
  private static final String TEN_SYMS = "`$\"sym\",/:string 10*til 10";
  private static final int[] SUBSCRIBERS = {1, 4};
  private static final int[] RATES = {10_000, 50_000};
  private static final int RUNS = 7;

  private TickerplantBenchmark() {}

  public static void main(String[] args) throws Exception {
    List<String> parts =
        args.length > 0
            ? List.of(args)
            : List.of("rates", "numbered", "timeless", "filtered", "latency");
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
    if (parts.contains("filtered")) {
      filtered();
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

  /**
   * A server and how it is driven.
   *
   * @param syms what a further subscriber wants; empty for none
   */
  private record Contender(String name, String server, Load.Kind kind, String syms) {
    static Contender of(String name, Load.Kind kind) {
      return new Contender(name, "tickerplant", kind, "");
    }

    static Contender floor() {
      return new Contender("floor", "floor", Load.Kind.TIMED, "");
    }
  }

  /** What it costs that a publisher names itself: a marker before each row in the log. */
  private static void numbered() throws Exception {
    compare(
        "single rows of a publisher",
        1,
        Contender.of("without a name", Load.Kind.TIMED),
        Contender.of("named and numbered", Load.Kind.NUMBERED),
        Contender.floor());
  }

  /** What it costs that rows come without their time: the tickerplant puts it before them. */
  private static void timeless() throws Exception {
    for (int rows : COMPARED_ROWS) {
      compare(
          rows == 1 ? "1 row a message" : rows + " rows a message",
          rows,
          Contender.of("with their time", Load.Kind.TIMED),
          Contender.of("without it", Load.Kind.TIMELESS),
          Contender.floor());
    }
  }

  /** What a further subscriber costs that wants some syms. */
  private static void filtered() throws Exception {
    for (int rows : COMPARED_ROWS) {
      compare(
          rows == 1 ? "1 row a message" : rows + " rows a message",
          rows,
          Contender.of("one subscriber", Load.Kind.TIMED),
          new Contender("and one of 10 of 100 syms", "tickerplant", Load.Kind.TIMED, TEN_SYMS),
          Contender.floor());
    }
  }

  /** Drives all in turns; the last one is what the others are compared with. */
  private static void compare(String what, int rows, Contender... contenders) throws Exception {
    System.out.printf(
        "| %s | messages/s | CPU µs/message | ÷ floor | bytes allocated/message |%n", what);
    System.out.println("| --- | --- | --- | --- | --- |");
    List<Load> loads = new ArrayList<>();
    List<Driven> driven = new ArrayList<>();
    Sample[][] samples = new Sample[contenders.length][RUNS];
    try {
      for (Contender contender : contenders) {
        loads.add(new Load(rows, contender.kind));
        driven.add(new DrivenSockets(contender.server, 1, contender.syms));
      }
      for (int run = -warmUps(rows); run < RUNS; run++) {
        for (int c = 0; c < contenders.length; c++) {
          Sample sample = driven.get(c).run(loads.get(c), loads.get(c).messages());
          if (run >= 0) {
            samples[c][run] = sample;
          }
        }
      }
    } finally {
      for (Driven each : driven) {
        each.close();
      }
    }
    Sample[] last = samples[contenders.length - 1];
    for (int c = 0; c < contenders.length; c++) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %.2f | %.1f |%n",
          contenders[c].name,
          Figures.thousands(samples[c], Sample::messagesPerSecond),
          Figures.plain(samples[c], Sample::cpuMicros),
          Figures.median(samples[c], Sample::cpuMicros) / Figures.median(last, Sample::cpuMicros),
          Figures.median(samples[c], Sample::allocatedBytes));
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
