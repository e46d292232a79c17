package tickwatch.series.bulk;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import tickwatch.series.DType;
import tickwatch.series.generate.Generator;
import tickwatch.series.generate.Recipe;
import tickwatch.series.npy.SeriesFile;

/**
 * Numbers to scan, {@code rows × columns}, from a file or made up on the way. Any thread; each
 * needs its own cursor.
 */
public interface Source {

  /** What they are, for messages. */
  String origin();

  DType dtype();

  long rows();

  int columns();

  Cursor cursor();

  /** Reads stretches of a column; for one thread. */
  interface Cursor extends AutoCloseable {
    /** For sources of floats. */
    void read(int column, long from, float[] out, int count);

    /** For all sources. */
    void read(int column, long from, double[] out, int count);

    /**
     * Lends values of a source of floats where they lie, until the borrower returns.
     *
     * @return false, having done nothing, where they do not lie side by side
     */
    default boolean lendFloats(int column, long from, int count, Consumer<FloatBuffer> borrower) {
      return false;
    }

    /** The same for a source of doubles. */
    default boolean lendDoubles(int column, long from, int count, Consumer<DoubleBuffer> borrower) {
      return false;
    }

    @Override
    void close();
  }

  /** The numbers of a file, which stays the caller's to close. */
  static Source of(SeriesFile file) {
    return new Source() {
      @Override
      public String origin() {
        return file.origin();
      }

      @Override
      public DType dtype() {
        return file.dtype();
      }

      @Override
      public long rows() {
        return file.rows();
      }

      @Override
      public int columns() {
        return file.columns();
      }

      @Override
      public Cursor cursor() {
        SeriesFile.Cursor cursor = file.cursor();
        return new Cursor() {
          @Override
          public void read(int column, long from, float[] out, int count) {
            cursor.read(column, from, out, count);
          }

          @Override
          public void read(int column, long from, double[] out, int count) {
            cursor.read(column, from, out, count);
          }

          @Override
          public boolean lendFloats(
              int column, long from, int count, Consumer<FloatBuffer> borrower) {
            return cursor.lendFloats(column, from, count, borrower);
          }

          @Override
          public boolean lendDoubles(
              int column, long from, int count, Consumer<DoubleBuffer> borrower) {
            return cursor.lendDoubles(column, from, count, borrower);
          }

          @Override
          public void close() {
            cursor.close();
          }
        };
      }
    };
  }

  /** The first values of a series, generated whenever they are read and stored nowhere. */
  static Source generated(Recipe recipe, long seed, DType dtype, long count) {
    return new Source() {
      @Override
      public String origin() {
        return "generated series";
      }

      @Override
      public DType dtype() {
        return dtype;
      }

      @Override
      public long rows() {
        return count;
      }

      @Override
      public int columns() {
        return 1;
      }

      @Override
      public Cursor cursor() {
        Generator generator = new Generator(recipe, seed);
        return new Cursor() {
          private float[] floats = new float[0];

          @Override
          public void read(int column, long from, float[] out, int n) {
            generator.fill(from, out, 0, n);
          }

          @Override
          public void read(int column, long from, double[] out, int n) {
            if (dtype == DType.F8) {
              generator.fill(from, out, 0, n);
              return;
            }
            if (floats.length < n) {
              floats = new float[n];
            }
            generator.fill(from, floats, 0, n);
            for (int i = 0; i < n; i++) {
              out[i] = floats[i];
            }
          }

          @Override
          public void close() {}
        };
      }
    };
  }
}
