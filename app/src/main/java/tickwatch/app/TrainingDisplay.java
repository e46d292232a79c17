package tickwatch.app;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.training.Epochs;

/** How far a training is: a bar on a terminal, a line for each epoch elsewhere. */
final class TrainingDisplay implements Epochs.Watch, AutoCloseable {
  private static final long THOUSAND = 1000;

  private final PrintWriter err;
  private final @Nullable ProgressBar bar;

  private TrainingDisplay(PrintWriter err, @Nullable ProgressBar bar) {
    this.err = err;
    this.bar = bar;
  }

  static TrainingDisplay create(PrintWriter err) {
    return new TrainingDisplay(
        err,
        Terminal.STDERR.isOne()
            ? TerminalBar.of("train").setUnit("k", THOUSAND).showSpeed().build()
            : null);
  }

  @Override
  public void at(long done, long total) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  @Override
  public void epoch(int number, double loss, double heldOut, boolean isBest) {
    if (bar != null) {
      bar.setExtraMessage(String.format(Locale.ROOT, " held out %.4f", heldOut));
      return;
    }
    if (number == 0) {
      err.printf(Locale.ROOT, "epoch   0                held out %.5f%n", heldOut);
    } else {
      err.printf(
          Locale.ROOT,
          "epoch %3d  loss %.5f  held out %.5f%s%n",
          number,
          loss,
          heldOut,
          isBest ? "  best" : "");
    }
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
