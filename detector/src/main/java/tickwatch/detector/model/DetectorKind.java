package tickwatch.detector.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tickwatch.series.Params;

/** The detectors that need no network, by the names that flags and pipeline files use. */
public enum DetectorKind {
  /** Forecast of the next row from all channels' past. */
  VAR("var", 1) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      params.done();
      return VectorAutoregression.fit(rows, 1, 0);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return VectorAutoregression.restore(from);
    }
  },
  /** Forecast of the tenth row ahead, given the other channels' errors. */
  VAR10("var10", 2) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      int horizon = (int) params.whole("horizon", 1, 1000, 10);
      double shrinkage = params.between("shrinkage", 0, 1e6, 1.5);
      params.done();
      return VectorAutoregression.fit(rows, horizon, shrinkage);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return VectorAutoregression.restore(from);
    }
  },
  /** What of a row its principal components leave. */
  PCA("pca", 3) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      params.done();
      return PrincipalComponents.fit(rows);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return PrincipalComponents.restore(from);
    }
  },
  /** Distance of the last rows from typical normal windows. */
  WINDOWS("windows", 4) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      int length = (int) params.whole("length", 2, 1000, 20);
      int count = (int) params.whole("count", 1, 1000, 20);
      params.done();
      return NormalWindows.fit(rows, length, count, seed);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return NormalWindows.restore(from);
    }
  },
  /** Each channel against its own weighted mean and deviation. */
  EWMA("ewma", 5) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      double span = params.between("span", 2, 100_000, 19);
      params.done();
      return EwmaDetector.fit(rows, span);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return EwmaDetector.restore(from);
    }
  },
  /** What season and trend leave of each channel. */
  STL("stl", 6) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      int period = (int) params.whole("period", 0, 100_000, 0);
      params.done();
      return SeasonalDetector.fit(rows, period);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return SeasonalDetector.restore(from);
    }
  },
  /** A random cut forest. */
  FOREST("forest", 7) {
    @Override
    public RowDetector fit(NormalRows rows, Params params, long seed) {
      int trees = (int) params.whole("trees", 1, 1000, 50);
      int sample = (int) params.whole("sample", 2, 4096, 256);
      params.done();
      return ForestDetector.fit(rows, trees, sample, seed);
    }

    @Override
    public RowDetector restore(Numbers from) {
      return ForestDetector.restore(from);
    }
  };

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
    return this == VAR10 || this == PCA || this == WINDOWS || this == FOREST;
  }

  /**
   * Learns from normal rows.
   *
   * @param params how; every kind has defaults for all
   * @param seed of whatever is random: the same rows and seed give the same detector
   * @throws tickwatch.series.SeriesException for a parameter that is wrong or not known
   */
  public abstract RowDetector fit(NormalRows rows, Params params, long seed);

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
        "detector \"" + text + "\" (expected: one of " + String.join(", ", names()) + ")");
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(DetectorKind::text).collect(Collectors.toList());
  }
}
