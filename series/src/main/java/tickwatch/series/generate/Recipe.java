package tickwatch.series.generate;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.random.Noise;

/**
 * What a series is made of: {@code noise + seasons + trend × i + drift(i)} at value number i, then
 * the anomalies.
 *
 * @param kind how normals are made
 * @param trend what the level rises a value
 */
public record Recipe(
    Noise.Kind kind,
    Distribution noise,
    List<Seasonality> seasons,
    double trend,
    Drift drift,
    Anomalies anomalies) {
  /** Part of every sidecar: a change of any generated number changes it. */
  public static final int VERSION = 1;

  public Recipe {
    seasons = List.copyOf(seasons);
    if (!Double.isFinite(trend)) {
      throw new SeriesException(
          "trend: " + trend + " (expected: a finite number, the rise a value)");
    }
  }

  /** Noise alone. */
  public static Recipe of(Noise.Kind kind, Distribution noise) {
    return new Recipe(kind, noise, List.of(), 0, Drift.NONE, Anomalies.NONE);
  }

  /**
   * From what a command line says.
   *
   * @param type {@code normal} or {@code uniform}
   * @param params the distribution's, and {@code generator} (ziggurat, box-muller), {@code trend},
   *     {@code drift} ({@code std}, {@code every}), {@code seasonality} and {@code anomalies} (an
   *     object as in {@link Anomalies})
   * @param seasonality further seasons ({@code amplitude}, {@code period}, {@code phase})
   * @param anomalyRate the share of anomalous values, or null for what {@code params} say
   */
  public static Recipe of(
      String type, Params params, List<Params> seasonality, @Nullable Double anomalyRate) {
    Distribution noise = Distribution.of(type, params);
    String generator = params.text("generator");
    List<Seasonality> seasons =
        Stream.concat(params.objects("seasonality").stream(), seasonality.stream())
            .map(Seasonality::of)
            .toList();
    Params drift = params.object("drift");
    Params anomalies = params.object("anomalies");
    Recipe recipe =
        new Recipe(
            generator == null ? Noise.Kind.ZIGGURAT : Noise.Kind.parse(generator),
            noise,
            seasons,
            params.number("trend", 0),
            drift == null ? Drift.NONE : Drift.of(drift),
            anomalyRate != null
                ? Anomalies.ofRate(anomalyRate, noise)
                : anomalies == null ? Anomalies.NONE : Anomalies.of(anomalies, noise));
    params.done();
    return recipe;
  }

  /** The same with normals of another kind. */
  public Recipe with(Noise.Kind other) {
    return new Recipe(other, noise, seasons, trend, drift, anomalies);
  }

  /** Whether a value's level depends on its position. */
  boolean hasLevel() {
    return !seasons.isEmpty() || trend != 0 || drift.std() > 0;
  }

  /** What the generated numbers depend on, as the members of a JSON object without its braces. */
  public String json(long seed, DType dtype) {
    String generator = noise instanceof Distribution.Uniform ? "uniform" : kind.text();
    return "\"generator\": \""
        + generator
        + "\",\n  \"version\": "
        + VERSION
        + ",\n  \"block\": "
        + Noise.BLOCK
        + ",\n  \"seed\": "
        + seed
        + ",\n  \"dtype\": \""
        + dtype.descr()
        + "\",\n  \"type\": \""
        + (noise instanceof Distribution.Uniform ? "uniform" : "normal")
        + "\",\n  \"params\": "
        + noise.json()
        + ",\n  \"seasonality\": ["
        + seasons.stream().map(Seasonality::json).collect(Collectors.joining(", "))
        + "],\n  \"trend\": "
        + trend
        + ",\n  \"drift\": "
        + drift.json()
        + ",\n  \"anomalies\": "
        + anomalies.json();
  }
}
