package tickwatch.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tickwatch.series.bulk.BulkBench;

@Command(
    name = "bulk-bench",
    abbreviateSynopsis = true,
    description =
        "Measure how many values a second generate and scan do here, by threads and by chunk, beside"
            + " the plainest code and NumPy (if python3 has it); write a table and two plots.",
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch bulk-bench --out var/bulk",
      "  tickwatch bulk-bench --values 100000000 --rounds 7"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BulkBenchCommand extends Subcommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "var/bulk-bench",
      description = "Where the table and the plots go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--values",
      paramLabel = "N",
      defaultValue = "20000000",
      description = "Values that a case works on in one round (default: ${DEFAULT-VALUE}).")
  private long values;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds whose median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Most threads (default: one for each core).")
  private @Nullable Integer threads;

  @Option(names = "--no-numpy", description = "Leave NumPy out.")
  private boolean withoutNumpy;

  @Override
  public Integer call() {
    Integer most = threads;
    new BulkBench(
            new BulkBench.Config(
                out,
                values,
                rounds,
                most == null ? Runtime.getRuntime().availableProcessors() : most,
                !withoutNumpy),
            err()::println)
        .run();
    return ExitCode.OK;
  }
}
