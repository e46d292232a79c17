package tickwatch.bench.ipc;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * By how much is our codec faster than javakdb 2.0?
 *
 * <p>Runs {@link ValueEncoderBenchmark} and {@link ValueDecoderBenchmark} in {@value #ROUNDS}
 * rounds, each benchmark in a JVM of its own, ours and javakdb's in turn; prints the medians as
 * Markdown. Takes about two minutes on a quiet machine.
 *
 * <pre>
 * scripts/bench.sh codec
 * </pre>
 */
public final class CodecComparison {
  private static final int ROUNDS = 5;

  /** A message, and how often as fast as javakdb we mean to be. */
  private record Message(String title, Class<?> benchmark, String method, double aim) {}

  private static final List<Message> MESSAGES =
      List.of(
          new Message("encode a table of 1,000 rows", ValueEncoderBenchmark.class, "table", 5),
          new Message("decode it", ValueDecoderBenchmark.class, "table", 5),
          new Message("encode one row", ValueEncoderBenchmark.class, "row", 3),
          new Message("decode it", ValueDecoderBenchmark.class, "row", 3));

  private CodecComparison() {}

  public static void main(String[] args) throws RunnerException {
    Map<String, double[]> nanos = new HashMap<>();
    Map<String, double[]> bytes = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (RunResult run : run()) {
        String benchmark = run.getParams().getBenchmark();
        of(nanos, benchmark)[round] = run.getPrimaryResult().getScore();
        Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
        of(bytes, benchmark)[round] = allocated == null ? Double.NaN : allocated.getScore();
      }
    }
    System.out.printf("### Codec beside javakdb 2.0 (median of %d rounds, min-max)%n%n", ROUNDS);
    System.out.println(
        "| message | tickwatch, ns | javakdb, ns | ratio | aim | tickwatch, B | javakdb, B |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (Message message : MESSAGES) {
      String ours = message.benchmark().getName() + "." + message.method();
      String theirs = ours + "Javakdb";
      System.out.printf(
          "| %s | %s | %s | %.1f | %.0f | %,.0f | %,.0f |%n",
          message.title(),
          spread(of(nanos, ours)),
          spread(of(nanos, theirs)),
          median(of(nanos, theirs)) / median(of(nanos, ours)),
          message.aim(),
          median(of(bytes, ours)),
          median(of(bytes, theirs)));
    }
  }

  private static Collection<RunResult> run() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(
                "tickwatch\\.bench\\.ipc\\.Value(En|De)coderBenchmark\\.(table|row)(Javakdb)?$")
            .forks(1)
            .warmupIterations(4)
            .warmupTime(TimeValue.milliseconds(300))
            .measurementIterations(4)
            .measurementTime(TimeValue.milliseconds(250))
            .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
            // What the processes run with.
            .jvmArgsAppend("-XX:+UseSerialGC")
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    return new Runner(options).run();
  }

  private static double[] of(Map<String, double[]> scores, String benchmark) {
    return scores.computeIfAbsent(benchmark, name -> new double[ROUNDS]);
  }

  private static double median(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String spread(double[] scores) {
    return String.format(
        "%,.0f (%,.0f-%,.0f)",
        median(scores),
        Arrays.stream(scores).min().getAsDouble(),
        Arrays.stream(scores).max().getAsDouble());
  }
}
