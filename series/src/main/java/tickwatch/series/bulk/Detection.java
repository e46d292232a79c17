package tickwatch.series.bulk;

import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.detect.Decomposition;
import tickwatch.series.detect.Ewma;
import tickwatch.series.detect.Season;
import tickwatch.series.detect.SeasonalEwma;

/** What to look for in a scan. */
public sealed interface Detection {

  /** The name on the command line. */
  String name();

  /** Each chunk's own mean and population standard deviation. */
  record ZScore(double threshold) implements Detection {
    @Override
    public String name() {
      return "zscore";
    }
  }

  /** Mean and population standard deviation of the whole column. */
  record GlobalZScore(double threshold) implements Detection {
    @Override
    public String name() {
      return "zscore --global";
    }
  }

  /**
   * The exponentially weighted z-score of the live detector.
   *
   * @param period rows in a cycle, 0 to find it, 1 for no season
   * @param learn how many first values of a column its season is learnt from
   */
  record ExponentiallyWeighted(Ewma.Config config, double period, int learn) implements Detection {
    /** Most first values that a season is learnt from. */
    private static final int MOST = 4096;

    static ExponentiallyWeighted of(Params params) {
      double period = params.between("period", 0, 100_000, 1);
      int learn = (int) params.whole("learn", 1, MOST, MOST);
      return new ExponentiallyWeighted(Ewma.Config.of(params), period, learn);
    }

    /** A stream that begins with the season of a column's first values. */
    public SeasonalEwma stream(double[] first) {
      return new SeasonalEwma(config, Season.of(first, period));
    }

    @Override
    public String name() {
      return "ewma";
    }
  }

  /** The residual of a seasonal decomposition. */
  record Seasonal(Decomposition.Config config) implements Detection {
    @Override
    public String name() {
      return "stl";
    }
  }

  /**
   * From a type's name and its parameters.
   *
   * @param type {@code zscore} ({@code threshold}), {@code ewma} or {@code stl}
   * @param global whether a z-score takes mean and deviation from the whole column
   */
  static Detection of(String type, Params params, boolean global) {
    if (global && !type.equals("zscore")) {
      throw new SeriesException(
          "global: not with type "
              + type
              + " (expected: zscore; ewma and stl always see the whole column)");
    }
    return switch (type) {
      case "zscore" -> {
        double threshold = params.positive("threshold", 3);
        params.done();
        yield global ? new GlobalZScore(threshold) : new ZScore(threshold);
      }
      case "ewma" -> ExponentiallyWeighted.of(params);
      case "stl" -> new Seasonal(Decomposition.Config.of(params));
      default ->
          throw new SeriesException("type: \"" + type + "\" (expected: zscore, ewma or stl)");
    };
  }
}
