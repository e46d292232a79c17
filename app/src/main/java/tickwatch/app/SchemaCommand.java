package tickwatch.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tickwatch.feed.CsvSchema;
import tickwatch.feed.FeedException;
import tickwatch.feed.SimulationOptions;
import tickwatch.tick.TableSchema;

@Command(
    name = "schema",
    abbreviateSynopsis = true,
    description =
        "Print the q schema of the table that a CSV file, or a simulation, can fill. The whole file"
            + " is read; what is left out is said on standard error.",
    footerHeading = "%nExamples%n",
    footer = {
      "  tickwatch schema boiler.csv > boiler.q",
      "  tickwatch schema a.csv b.csv --table plant --time when --sym sensor > plant.q",
      "  tickwatch schema --simulate ewma --table signal > signal.q"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SchemaCommand extends Subcommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "FILE", description = "CSV files, plain or gzip.")
  private List<Path> files = List.of();

  @Option(
      names = "--simulate",
      paramLabel = "JSON",
      description = "The simulation that a feed is to send; see feed --help.")
  private @Nullable String simulate;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The table's name (default: made of the first file's, or sim).")
  private @Nullable String table;

  @Mixin private CsvFlags csv;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      arity = "1..*",
      description =
          "Columns of the table all the same: label, and others whose name says that they mark what"
              + " was wrong (is_anomaly, fault), with 0 and 1 alone, are left out without it.")
  private List<String> keep = List.of();

  @Override
  public Integer call() {
    String json = simulate;
    if (files.isEmpty() == (json == null)) {
      throw new OperatorException(ExitCode.USAGE, "give a FILE or --simulate, one of them");
    }
    if (json != null) {
      TableSchema schema =
          SimulationOptions.schema(SimulationText.parse(json), table == null ? "sim" : table);
      out().println(CsvSchema.q(schema));
      return ExitCode.OK;
    }
    try {
      CsvSchema derived = CsvSchema.derive(csv.options(files, null), table, keep);
      PrintWriter err = err();
      err.println(
          "table "
              + derived.schema().name()
              + " of "
              + derived.rows()
              + " rows: time from "
              + derived.timeFrom()
              + ", sym from "
              + derived.symFrom());
      derived.renamed().forEach(renamed -> err.println("renamed: " + renamed));
      derived.leftOut().forEach(leftOut -> err.println("left out: " + leftOut));
      derived.badFields().forEach(bad -> err.println("bad fields: " + bad));
      String hint = derived.hint();
      if (hint != null) {
        err.println("hint: " + hint);
      }
      out().println(derived.q());
      return ExitCode.OK;
    } catch (FeedException e) {
      throw FeedCommand.forOperator(e);
    }
  }
}
