package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.detector.ensemble.EnsembleLearner;

/** What learning takes of the memory is known before. */
class LearningMemoryTest {
  private static final long GIBIBYTE = 1L << 30;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @CsvSource({"1000,19", "4000,3", "20000,1", "1000,90"})
  void whatIsAllocatedIsNotMuchLessThanWhatIsSaidAndNoMore(int rows, int channels) {
    Pipeline pipeline = Pipeline.standard(1).forChannels(channels);
    EnsembleLearner learner = new EnsembleLearner(channels, rows);
    Random random = new Random(7);
    double[] row = new double[channels];
    for (int t = 0; t < rows; t++) {
      for (int c = 0; c < channels; c++) {
        row[c] = Math.sin(t / 40.0 + c) + random.nextGaussian();
      }
      learner.add(row, 0, Double.NaN, false);
    }

    long before = allocated();
    learner.learn(
        pipeline.parts(),
        pipeline.preparation(),
        pipeline.combination(),
        pipeline.threshold().rowScore(),
        0,
        pipeline.seed());
    long taken = allocated() - before;

    assertThat(Learning.bytesToLearn(rows, channels)).isBetween(taken, 4 * taken);
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void whatTakesMoreThanHalfOfTheHeapIsRefused() {
    Learning learning = new Learning(Pipeline.standard(1), 1_000_000);

    assertThatThrownBy(() -> learning.requireMemory("plant", 38, GIBIBYTE))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("table plant: to learn from 1,000,000 rows of 38 channels")
        .hasMessageContaining("at most half of the heap of 1,024 MB")
        .hasMessageContaining("-Xmx8g");
    assertThatCode(() -> learning.requireMemory("plant", 38, 8 * GIBIBYTE))
        .doesNotThrowAnyException();
  }
}
