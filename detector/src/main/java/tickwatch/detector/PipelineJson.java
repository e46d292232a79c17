package tickwatch.detector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.ensemble.Combination;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.event.JsonMembers;
import tickwatch.detector.model.DetectorKind;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.threshold.ThresholdRule;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/**
 * What a pipeline file says of detectors: the members {@code name}, {@code seed}, {@code
 * detectors}, {@code preprocess}, {@code combine} and {@code threshold} of its JSON object. {@code
 * docs/detection-quality.md} has them with an example.
 */
final class PipelineJson {
  /** The member without which the others say nothing. */
  static final String DETECTORS = "detectors";

  static final Set<String> MEMBERS =
      Set.of(DETECTORS, "name", "seed", "preprocess", "combine", "threshold");

  private static final double MOST_WEIGHT = 1e6;
  private static final double MOST_SEED = 1L << 53;

  private PipelineJson() {}

  /**
   * The detectors of a file.
   *
   * @return null if it says nothing of detectors
   * @throws IllegalArgumentException for anything wrong; it names what, and what is expected
   */
  static @Nullable Pipeline read(JsonNode root) {
    if (!root.has(DETECTORS)) {
      return null;
    }
    JsonNode list = root.get(DETECTORS);
    if (!list.isArray() || list.isEmpty()) {
      throw new IllegalArgumentException(
          "detectors: " + list + " (expected: a list of at least one object)");
    }
    List<EnsembleLearner.Part> parts = new ArrayList<>();
    double networkWeight = 0;
    String network = null;
    for (JsonNode one : list) {
      JsonMembers.requireKnown(one, "detectors", Set.of("name", "weight", "params"));
      String name = text("detectors.name", one.get("name"), "");
      double weight = number("detectors.weight", one.get("weight"), 1);
      if (!(weight > 0 && weight <= MOST_WEIGHT)) {
        throw new IllegalArgumentException(
            "detectors." + name + ": weight " + weight + " (expected: above 0, at most 1e6)");
      }
      if (Pipeline.NETWORKS.contains(name)) {
        if (network != null) {
          throw new IllegalArgumentException(
              "detectors: " + network + " and " + name + " (expected: one network at most)");
        }
        networkWeight = weight;
        network = name;
      } else {
        try {
          parts.add(new EnsembleLearner.Part(DetectorKind.of(name), weight, params(name, one)));
        } catch (SeriesException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
    }
    String called = text("name", root.get("name"), "pipeline");
    if (called.isBlank()) {
      throw new IllegalArgumentException("name: \"\" (expected: a text, which rows of score have)");
    }
    double seed = number("seed", root.get("seed"), 1);
    if (seed != Math.rint(seed) || Math.abs(seed) > MOST_SEED) {
      throw new IllegalArgumentException("seed: " + seed + " (expected: a whole number)");
    }
    return new Pipeline(
        called,
        parts,
        preparation(root.get("preprocess")),
        combination(root.get("combine")),
        networkWeight,
        network,
        threshold(root.get("threshold"), network),
        (long) seed,
        "file "
            + list
            + root.get("preprocess")
            + root.get("combine")
            + root.get("threshold")
            + root.get("seed"),
        null);
  }

  private static Params params(String name, JsonNode one) {
    JsonNode given = one.get("params");
    if (given == null) {
      return Params.none();
    }
    if (!given.isObject()) {
      throw new IllegalArgumentException(
          "detectors." + name + ".params: " + given + " (expected: an object)");
    }
    Map<?, ?> values = new ObjectMapper().convertValue(given, Map.class);
    return new Params("detectors." + name + ".params", values);
  }

  private static Preparation preparation(@Nullable JsonNode node) {
    if (node == null) {
      return Preparation.STANDARD;
    }
    JsonMembers.requireKnown(node, "preprocess", Set.of("scale", "impute"));
    String scale = text("preprocess.scale", node.get("scale"), "standard");
    String impute = text("preprocess.impute", node.get("impute"), "carryForward");
    return new Preparation(
        switch (scale) {
          case "standard" -> Preparation.Scaling.STANDARD;
          case "robust" -> Preparation.Scaling.ROBUST;
          default ->
              throw new IllegalArgumentException(
                  "preprocess.scale: \"" + scale + "\" (expected: standard or robust)");
        },
        switch (impute) {
          case "carryForward" -> Preparation.Imputation.CARRY_FORWARD;
          case "knn" -> Preparation.Imputation.NEAREST;
          default ->
              throw new IllegalArgumentException(
                  "preprocess.impute: \"" + impute + "\" (expected: carryForward or knn)");
        });
  }

  private static Combination combination(@Nullable JsonNode node) {
    String word = text("combine", node, "geometric");
    return switch (word) {
      case "mean" -> Combination.MEAN;
      case "geometric" -> Combination.GEOMETRIC;
      default ->
          throw new IllegalArgumentException(
              "combine: \"" + word + "\" (expected: mean or geometric)");
    };
  }

  private static ThresholdRule threshold(@Nullable JsonNode node, @Nullable String network) {
    if (node == null) {
      return new ThresholdRule.Pot(Pipeline.DEFAULT_PER_DAY);
    }
    ThresholdRule rule;
    try {
      rule = threshold(node);
    } catch (IllegalArgumentException e) {
      String what = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          what.startsWith("threshold") ? what : "threshold: " + what, e);
    }
    String per = text("threshold.per", node.get("per"), "row");
    return switch (per) {
      case "row" -> rule;
      case "channel" -> {
        if (network != null) {
          throw new IllegalArgumentException(
              "threshold.per: \"channel\" with detector "
                  + network
                  + " (expected: row, since a network has one score for all channels)");
        }
        yield new ThresholdRule.PerChannel(rule);
      }
      default ->
          throw new IllegalArgumentException(
              "threshold.per: \"" + per + "\" (expected: row or channel)");
    };
  }

  private static ThresholdRule threshold(JsonNode node) {
    String method = text("threshold.method", node.get("method"), "");
    return switch (method) {
      case "pot" -> {
        JsonMembers.requireKnown(node, "threshold", Set.of("method", "perDay", "per"));
        yield new ThresholdRule.Pot(
            number("threshold.perDay", node.get("perDay"), Pipeline.DEFAULT_PER_DAY));
      }
      case "fixed" -> {
        JsonMembers.requireKnown(node, "threshold", Set.of("method", "value", "per"));
        yield new ThresholdRule.Fixed(number("threshold.value", node.get("value"), Double.NaN));
      }
      case "deviations" -> {
        JsonMembers.requireKnown(node, "threshold", Set.of("method", "value"));
        yield new ThresholdRule.Deviations(
            number("threshold.value", node.get("value"), Double.NaN));
      }
      case "quantile" -> {
        JsonMembers.requireKnown(node, "threshold", Set.of("method", "share", "factor", "per"));
        yield new ThresholdRule.OfQuantile(
            number("threshold.share", node.get("share"), Double.NaN),
            number("threshold.factor", node.get("factor"), 1));
      }
      default ->
          throw new IllegalArgumentException(
              "threshold.method: \""
                  + method
                  + "\" (expected: pot, fixed, deviations or quantile)");
    };
  }

  private static String text(String what, @Nullable JsonNode node, String otherwise) {
    if (node == null) {
      return otherwise;
    }
    if (!node.isTextual()) {
      throw new IllegalArgumentException(what + ": " + node + " (expected: a text)");
    }
    return node.asText();
  }

  private static double number(String what, @Nullable JsonNode node, double otherwise) {
    if (node == null) {
      if (Double.isNaN(otherwise)) {
        throw new IllegalArgumentException(what + " is missing (expected: a number)");
      }
      return otherwise;
    }
    if (!node.isNumber()) {
      throw new IllegalArgumentException(what + ": " + node + " (expected: a number)");
    }
    return node.asDouble();
  }
}
