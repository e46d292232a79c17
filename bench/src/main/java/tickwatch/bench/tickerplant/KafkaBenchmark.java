package tickwatch.bench.tickerplant;

import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import tickwatch.bench.tickerplant.Driven.Sample;

/**
 * Is the tickerplant quicker than Kafka? A broker, the tickerplant and the {@link FanoutFloor} are
 * driven in turns with the same messages: one publisher, one subscriber, each server a process of
 * its own over loopback.
 *
 * <p>Kafka is set up as one would for speed: {@link KafkaBroker} says how. It is measured first
 * with the linger that batches (5 ms), and for latencies with none.
 *
 * <p>{@code scripts/bench.sh kafka}; prints Markdown; medians and extremes of {@value #RUNS} runs.
 */
public final class KafkaBenchmark {
  private static final int[] ROWS = {1, 10, 100, 1000};

  private static final int[] RATES = {10_000, 50_000};
  private static final int RUNS = 5;

  /** Kafka's part of what the others are sent, since it takes several times as long. */
  private static final int PART = 3;

  private KafkaBenchmark() {}

  public static void main(String[] args) throws Exception {
    System.out.printf(
        "%s, %d cores, Java %s, Kafka %s%n%n",
        Instant.now().toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        KafkaBroker.version());
    try (KafkaBroker broker = new KafkaBroker()) {
      rates(broker);
      latencies(broker);
    }
  }

  private static void rates(KafkaBroker broker) throws Exception {
    System.out.println(
        "| rows a message | tickerplant, messages/s | Kafka, messages/s | times Kafka's | floor,"
            + " messages/s | tickerplant, CPU µs/message | Kafka, CPU µs/message | floor, CPU"
            + " µs/message |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int rows : ROWS) {
      try (Driven ours = new DrivenSockets("tickerplant", 1);
          Driven floor = new DrivenSockets("floor", 1);
          Driven kafka = broker.client(5)) {
        rates(rows, ours, floor, kafka);
      }
    }
    System.out.println();
  }

  private static void rates(int rows, Driven ours, Driven floor, Driven kafka) throws IOException {
    Load load = new Load(rows);
    int messages = load.messages();
    for (int warm = 0; warm < TickerplantBenchmark.warmUps(rows); warm++) {
      ours.run(load, messages);
      floor.run(load, messages);
      if (warm < 3) {
        kafka.run(load, messages / PART);
      }
    }
    Sample[] of = new Sample[RUNS];
    Sample[] ofFloor = new Sample[RUNS];
    Sample[] ofKafka = new Sample[RUNS];
    for (int run = 0; run < RUNS; run++) {
      of[run] = ours.run(load, messages);
      ofFloor[run] = floor.run(load, messages);
      ofKafka[run] = kafka.run(load, messages / PART);
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %s | %.1f | %s | %s | %s | %s |%n",
        rows,
        Figures.thousands(of, Sample::messagesPerSecond),
        Figures.thousands(ofKafka, Sample::messagesPerSecond),
        Figures.median(of, Sample::messagesPerSecond)
            / Figures.median(ofKafka, Sample::messagesPerSecond),
        Figures.thousands(ofFloor, Sample::messagesPerSecond),
        Figures.plain(of, Sample::cpuMicros),
        Figures.plain(ofKafka, Sample::cpuMicros),
        Figures.plain(ofFloor, Sample::cpuMicros));
  }

  private static void latencies(KafkaBroker broker) throws Exception {
    System.out.println(Figures.LATENCY_HEAD);
    Load load = new Load(1);
    for (int rate : RATES) {
      double[][] ours = new double[RUNS][];
      double[][] floors = new double[RUNS][];
      double[][] kafkas = new double[RUNS][];
      try (Driven tickerplant = new DrivenSockets("tickerplant", 1);
          Driven floor = new DrivenSockets("floor", 1);
          Driven kafka = broker.client(0)) {
        for (int warm = 0; warm < 3; warm++) {
          tickerplant.run(load, load.messages());
          floor.run(load, load.messages());
        }
        for (int run = -1; run < RUNS; run++) {
          int into = Math.max(0, run);
          ours[into] = tickerplant.paced(rate);
          floors[into] = floor.paced(rate);
          kafkas[into] = kafka.paced(rate);
        }
      }
      Figures.printLatency(rate, "tickerplant", ours);
      Figures.printLatency(rate, "Kafka", kafkas);
      Figures.printLatency(rate, "floor", floors);
      Figures.printRatio(rate, "tickerplant ÷ Kafka", ours, kafkas);
    }
    System.out.println();
  }
}
