package tickwatch.detector;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.Combination;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.RowScore;
import tickwatch.detector.model.DetectorKind;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.threshold.ThresholdRule;
import tickwatch.series.Params;

/**
 * Which detectors judge a sensor, and how.
 *
 * @param name the {@code detector} column of what is published
 * @param parts the detectors that need no network
 * @param preparation of values, before detectors read them
 * @param combination how their scores become one
 * @param networkWeight of a model's network, where there is one; 0 leaves it out
 * @param network {@code forecast} or {@code reconstruct}, where only that will do; null takes
 *     either
 * @param threshold how the threshold comes of normal scores
 * @param seed of whatever is random
 * @param text all of it in words: two pipelines of the same text are the same
 * @param ofOneChannel what judges a sensor of one channel instead; null if this does
 */
public record Pipeline(
    String name,
    List<EnsembleLearner.Part> parts,
    Preparation preparation,
    Combination combination,
    double networkWeight,
    @Nullable String network,
    ThresholdRule threshold,
    long seed,
    String text,
    @Nullable Pipeline ofOneChannel) {
  static final String FORECAST = "forecast";
  static final String RECONSTRUCT = "reconstruct";

  /** The names that stand for a model's network. */
  public static final List<String> NETWORKS = List.of(FORECAST, RECONSTRUCT);

  /** Of a network's score where nothing else is said. */
  public static final double NETWORK_WEIGHT = 1;

  /** Of false alarms. */
  public static final double DEFAULT_PER_DAY = 1;

  public Pipeline {
    parts = List.copyOf(parts);
    if (parts.isEmpty() && !(networkWeight > 0)) {
      throw new IllegalArgumentException("pipeline " + name + " has no detector");
    }
    if (threshold.rowScore() == RowScore.OF_DEVIATIONS
        && !(parts.size() == 1 && parts.get(0).kind().countsDeviations() && networkWeight == 0)) {
      throw new IllegalArgumentException(
          "threshold of deviations with detectors "
              + parts.stream().map(part -> part.kind().text()).toList()
              + (networkWeight > 0 ? " and a network" : "")
              + " (expected: ewma alone, which counts in deviations)");
    }
  }

  /**
   * The default: two forecasts, how channels go together in a row by components and one by one, and
   * the shape of the last rows. One channel has nothing to go together with, and a forecast from
   * its own last rows sees little but spikes: there its season and trend count as much as shape.
   */
  public static Pipeline standard(double perDay) {
    return of(List.of("var", "var10", "pca", "others", "windows"), perDay)
        .instead(
            List.of(
                part(DetectorKind.VAR, 1),
                part(DetectorKind.VAR10, 1),
                part(DetectorKind.WINDOWS, 2),
                part(DetectorKind.STL, 2)));
  }

  /**
   * Detectors by name, {@code forecast} or {@code reconstruct} among them for a model's network.
   * Where there are several, the forecast of the next row weighs three times, each channel against
   * the others one and a half times, the rest once.
   *
   * @param perDay false alarms a day that are acceptable
   * @throws IllegalArgumentException for a name that is not known
   */
  public static Pipeline of(List<String> names, double perDay) {
    List<EnsembleLearner.Part> parts =
        names.stream()
            .filter(name -> !NETWORKS.contains(name))
            .map(DetectorKind::of)
            .map(kind -> part(kind, weight(kind)))
            .toList();
    String text =
        names.stream().collect(Collectors.joining("+")) + " per day " + perDay + " v4 seed 1";
    return new Pipeline(
        names.size() == 1 ? names.get(0) : "ensemble",
        parts,
        Preparation.STANDARD,
        Combination.GEOMETRIC,
        parts.size() < names.size() ? NETWORK_WEIGHT : 0,
        names.stream().filter(NETWORKS::contains).findFirst().orElse(null),
        new ThresholdRule.Pot(perDay),
        1,
        text,
        null);
  }

  private static EnsembleLearner.Part part(DetectorKind kind, double weight) {
    return new EnsembleLearner.Part(kind, weight, Params.none());
  }

  /**
   * The same, but that other detectors judge a sensor of one channel, by the mean of their scores.
   */
  private Pipeline instead(List<EnsembleLearner.Part> ofOne) {
    Pipeline other =
        new Pipeline(
            name,
            ofOne,
            preparation,
            Combination.MEAN,
            networkWeight,
            network,
            threshold,
            seed,
            text,
            null);
    return new Pipeline(
        name,
        parts,
        preparation,
        combination,
        networkWeight,
        network,
        threshold,
        seed,
        text,
        other);
  }

  /** What judges a sensor of so many channels. */
  public Pipeline forChannels(int channels) {
    return channels == 1 && ofOneChannel != null ? ofOneChannel : this;
  }

  private static double weight(DetectorKind kind) {
    return switch (kind) {
      case VAR -> 3;
      case OTHERS -> 1.5;
      default -> 1;
    };
  }

  /** Whether one of the detectors that need no network says what it expects. */
  boolean expects() {
    return parts.stream().anyMatch(part -> part.kind().expects());
  }

  /** The same with a network's usual part in it. */
  public Pipeline withNetwork() {
    return withNetwork(NETWORK_WEIGHT);
  }

  /** The same with a network's part in it. */
  public Pipeline withNetwork(double weight) {
    return new Pipeline(
        name,
        parts,
        preparation,
        combination,
        weight,
        network,
        threshold,
        seed,
        text + " forecast " + weight,
        ofOneChannel == null ? null : ofOneChannel.withNetwork(weight));
  }

  /**
   * Makes sure that a model has what this asks for.
   *
   * @param model null if there is no network
   * @throws ModelException if not
   */
  public void check(@Nullable Model model) {
    if (network == null) {
      return;
    }
    if (model == null) {
      throw new ModelException("detector " + network + " needs --model DIR");
    }
    if (model.isReconstructor() != network.equals(RECONSTRUCT)) {
      throw new ModelException(
          "detector "
              + network
              + " cannot be had of model "
              + model.name()
              + (model.isReconstructor()
                  ? ", which gives its window back (expected: detector reconstruct)"
                  : ", which forecasts (expected: detector forecast, or a model that"
                      + " tickwatch train --model autoencoder has made)"));
    }
  }
}
