package tickwatch.series.generate;

import tickwatch.series.Params;
import tickwatch.series.SeriesException;

/** What the noise of a series is drawn from. */
public sealed interface Distribution {

  /** The middle of the distribution. */
  double centre();

  /** Its standard deviation, the unit of an anomaly's size. */
  double deviation();

  /** A JSON object that {@link #of} reads again. */
  String json();

  /** Normal with a mean and a standard deviation. */
  record Normal(double mean, double std) implements Distribution {
    public Normal {
      if (!Double.isFinite(mean) || !(std >= 0) || Double.isInfinite(std)) {
        throw new SeriesException(
            "normal: mean " + mean + ", std " + std + " (expected: finite, std at least 0)");
      }
    }

    @Override
    public double centre() {
      return mean;
    }

    @Override
    public double deviation() {
      return std;
    }

    @Override
    public String json() {
      return "{\"mean\": " + mean + ", \"std\": " + std + "}";
    }
  }

  /** Uniform from {@code low} up to, not including, {@code high}. */
  record Uniform(double low, double high) implements Distribution {
    public Uniform {
      if (!(low < high) || Double.isInfinite(high - low)) {
        throw new SeriesException(
            "uniform: low " + low + ", high " + high + " (expected: finite, low below high)");
      }
    }

    @Override
    public double centre() {
      return (low + high) / 2;
    }

    @Override
    public double deviation() {
      return (high - low) / Math.sqrt(12);
    }

    @Override
    public String json() {
      return "{\"low\": " + low + ", \"high\": " + high + "}";
    }
  }

  /** The standard normal. */
  static Distribution standard() {
    return new Normal(0, 1);
  }

  /**
   * From a type's name and its parameters.
   *
   * @param type {@code normal} ({@code mean}, {@code std}) or {@code uniform} ({@code low}, {@code
   *     high})
   */
  static Distribution of(String type, Params params) {
    return switch (type) {
      case "normal" ->
          new Normal(params.number("mean", 0), params.between("std", 0, Double.MAX_VALUE, 1));
      case "uniform" -> {
        double low = params.number("low", 0);
        double high = params.number("high", 1);
        if (!(low < high)) {
          throw params.wrong("low", low, "a number below high, " + high);
        }
        yield new Uniform(low, high);
      }
      default -> throw new SeriesException("type: \"" + type + "\" (expected: normal or uniform)");
    };
  }
}
