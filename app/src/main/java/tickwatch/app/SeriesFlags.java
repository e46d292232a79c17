package tickwatch.app;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.generate.Recipe;

/** What a generated series is made of; {@code generate} and {@code scan --generate} share it. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SeriesFlags {
  @Option(
      names = "--num-samples",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Values to generate (default: ${DEFAULT-VALUE}).")
  long numSamples;

  @Option(
      names = "--seasonality",
      paramLabel = "JSON",
      description = "A season or a list of them: amplitude, period, phase.")
  private @Nullable String seasonality;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed gives the same values (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--dtype",
      paramLabel = "f8|f4",
      defaultValue = "f8",
      description = "Doubles or floats (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--anomalies",
      paramLabel = "RATE",
      description =
          "Inject spikes, shifts, changes of variance and drop-outs into this share of the values.")
  private @Nullable Double anomalies;

  /** What flags and files say; what is wrong with them is said as such. */
  static <T> T read(Supplier<T> said) {
    try {
      return said.get();
    } catch (SeriesException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  DType dtype() {
    return DType.parse(dtype);
  }

  Recipe recipe(String type, String paramsFlag, @Nullable String params) {
    List<Params> seasons =
        seasonality == null
            ? List.of()
            : Params.list("--seasonality", JsonText.value("--seasonality", seasonality));
    return Recipe.of(
        type, new Params(paramsFlag, JsonText.object(paramsFlag, params)), seasons, anomalies);
  }
}
