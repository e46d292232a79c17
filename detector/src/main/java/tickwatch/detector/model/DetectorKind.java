package tickwatch.detector.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tickwatch.detector.preprocess.WindowFeatures;
import tickwatch.series.Params;
import tickwatch.series.detect.Decomposition;
import tickwatch.series.detect.Wavelet;

/** The detectors that need no network, by the names that flags and pipeline files use. */
public enum DetectorKind {
  /** Forecast of the next row from all channels' past. */
  VAR("var", 1) {
    @Override
    public Fitting fitting(Params params) {
      params.done();
      return (rows, seed) -> VectorAutoregression.fit(rows, 1, 0);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return VectorAutoregression.restore(from);
    }
  },
  /** Forecast of the tenth row ahead, given the other channels' errors. */
  VAR10("var10", 2) {
    @Override
    public Fitting fitting(Params params) {
      int horizon = (int) params.whole("horizon", 1, 1000, 10);
      double shrinkage = params.between("shrinkage", 0, 1e6, 1.5);
      params.done();
      return (rows, seed) -> VectorAutoregression.fit(rows, horizon, shrinkage);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return VectorAutoregression.restore(from);
    }
  },
  /** What of a row its principal components leave. */
  PCA("pca", 3) {
    @Override
    public Fitting fitting(Params params) {
      params.done();
      return (rows, seed) -> PrincipalComponents.fit(rows);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return PrincipalComponents.restore(from);
    }
  },
  /** Each channel against what the others say of it in the same row. */
  OTHERS("others", 10) {
    @Override
    public Fitting fitting(Params params) {
      double shrinkage = params.between("shrinkage", 1e-6, 1e6, 0.1);
      params.done();
      return (rows, seed) -> OtherChannels.fit(rows, shrinkage);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return OtherChannels.restore(from);
    }
  },
  /** Distance of the last rows from typical normal windows. */
  WINDOWS("windows", 4) {
    @Override
    public Fitting fitting(Params params) {
      int length = (int) params.whole("length", 2, 1000, 20);
      int count = (int) params.whole("count", 1, 1000, 20);
      params.done();
      return ofAtLeast(length + 1, (rows, seed) -> NormalWindows.fit(rows, length, count, seed));
    }

    @Override
    public RowDetector restore(Numbers from) {
      return NormalWindows.restore(from);
    }
  },
  /** Each channel against its own weighted mean and deviation. */
  EWMA("ewma", 5) {
    @Override
    public Fitting fitting(Params params) {
      double span = params.between("span", 2, 100_000, 19);
      double period = params.between("period", 0, 100_000, 0);
      params.done();
      return (rows, seed) -> EwmaDetector.fit(rows, span, period);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return EwmaDetector.restore(from);
    }
  },
  /** What season and trend leave of each channel. */
  STL("stl", 6) {
    @Override
    public Fitting fitting(Params params) {
      int period = (int) params.whole("period", 0, 100_000, 0);
      String method = params.text("method");
      if (method != null && !method.equals("classical") && !method.equals("stl")) {
        throw params.wrong("method", method, "classical or stl");
      }
      Decomposition.Trend trend =
          "stl".equals(method) ? Decomposition.Trend.LOESS : Decomposition.Trend.AVERAGE;
      params.done();
      if (period == 1) {
        throw params.wrong("period", period, "2 rows or more, or 0 to find it");
      }
      return ofAtLeast(
          Math.max(1, 2 * period), (rows, seed) -> SeasonalDetector.fit(rows, period, trend));
    }

    @Override
    public RowDetector restore(Numbers from) {
      return SeasonalDetector.restore(from);
    }
  },
  /** A random cut forest. */
  FOREST("forest", 7) {
    @Override
    public Fitting fitting(Params params) {
      Fitting forest = forest(params);
      params.done();
      return forest;
    }

    @Override
    public RowDetector restore(Numbers from) {
      return ForestDetector.restore(from);
    }
  },
  /** What the last rows are like in numbers, judged by components or a forest. */
  FEATURES("features", 8) {
    @Override
    public Fitting fitting(Params params) {
      int[] lengths =
          params.wholes(
              "windows", WindowFeatures.MIN_LENGTH, WindowFeatures.MAX_LENGTH, 12, 24, 48);
      String judge = params.text("judge");
      boolean byForest = "forest".equals(judge);
      if (judge != null && !byForest && !judge.equals("pca")) {
        throw params.wrong("judge", judge, "pca or forest");
      }
      for (int w = 1; w < lengths.length; w++) {
        if (lengths[w] <= lengths[w - 1]) {
          throw params.wrong("windows", Arrays.toString(lengths), "ascending numbers of rows");
        }
      }
      Fitting forest = byForest ? forest(params) : null;
      params.done();
      return ofAtLeast(
          lengths[lengths.length - 1] + 2,
          (rows, seed) -> FeatureDetector.fit(rows, lengths, forest, seed));
    }

    @Override
    public RowDetector restore(Numbers from) {
      return FeatureDetector.restore(from);
    }
  },
  /** How each channel changes over 2, 4, 8 ... rows. */
  WAVELET("wavelet", 9) {
    @Override
    public Fitting fitting(Params params) {
      int levels = (int) params.whole("levels", 1, Wavelet.MAX_LEVELS, 4);
      String name = params.text("family");
      if (name != null && !name.equals("haar") && !name.equals("db4")) {
        throw params.wrong("family", name, "haar or db4");
      }
      params.done();
      Wavelet.Family family = "db4".equals(name) ? Wavelet.Family.DB4 : Wavelet.Family.HAAR;
      return ofAtLeast(
          (1 << levels) + 2, (rows, seed) -> WaveletDetector.fit(rows, family, levels));
    }

    @Override
    public RowDetector restore(Numbers from) {
      return WaveletDetector.restore(from);
    }
  };

  /** How a detector learns from normal rows. */
  @FunctionalInterface
  public interface Fitting {
    /**
     * Learns.
     *
     * @param seed of whatever is random: the same rows and seed give the same detector
     */
    RowDetector fit(NormalRows rows, long seed);

    /** The least normal rows to learn from. */
    default int leastRows() {
      return 1;
    }
  }

  /** What learns from no fewer rows. */
  private static Fitting ofAtLeast(int leastRows, Fitting fitting) {
    return new Fitting() {
      @Override
      public RowDetector fit(NormalRows rows, long seed) {
        return fitting.fit(rows, seed);
      }

      @Override
      public int leastRows() {
        return leastRows;
      }
    };
  }

  private static Fitting forest(Params params) {
    int trees = (int) params.whole("trees", 1, 1000, 50);
    int sample = (int) params.whole("sample", 2, 4096, 256);
    return (rows, seed) -> ForestDetector.fit(rows, trees, sample, seed);
  }

  private final String text;
  private final int code;

  DetectorKind(String text, int code) {
    this.text = text;
    this.code = code;
  }

  /** Stands for it in what is saved; never another one's. */
  public int code() {
    return code;
  }

  /**
   * The kind of that code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DetectorKind ofCode(int code) {
    for (DetectorKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("detector of code " + code);
  }

  /** The name in flags and files. */
  public String text() {
    return text;
  }

  /**
   * Whether it compares rows with levels that were learnt once, so that it errs for good when the
   * level of a stream has moved.
   */
  public boolean judgesLevels() {
    return switch (this) {
      case VAR10, PCA, OTHERS, WINDOWS, FOREST, FEATURES -> true;
      case VAR, EWMA, STL, WAVELET -> false;
    };
  }

  /** Whether it says what it expects of the next row's channels. */
  public boolean expects() {
    return switch (this) {
      case VAR, VAR10, PCA, OTHERS, EWMA, STL -> true;
      case WINDOWS, FOREST, FEATURES, WAVELET -> false;
    };
  }

  /** Whether its errors are z-scores by deviations that it keeps itself. */
  public boolean countsDeviations() {
    return this == EWMA;
  }

  /**
   * How it learns, by these parameters.
   *
   * @param params every kind has defaults for all
   * @throws tickwatch.series.SeriesException for a parameter that is wrong or not known
   */
  public abstract Fitting fitting(Params params);

  /** A detector that goes on where {@link RowDetector#save} was called. */
  public abstract RowDetector restore(Numbers from);

  /**
   * The kind of that name.
   *
   * @throws IllegalArgumentException if there is none; it names those that there are
   */
  public static DetectorKind of(String text) {
    for (DetectorKind kind : values()) {
      if (kind.text.equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "detector \""
            + text
            + "\" (expected: one of "
            + String.join(", ", names())
            + ", or forecast or reconstruct, which are the network of a model)");
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(DetectorKind::text).collect(Collectors.toList());
  }
}
