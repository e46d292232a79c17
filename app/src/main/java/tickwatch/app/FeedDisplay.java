package tickwatch.app;

import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.feed.FeedProgress;

/** How far a feed is: a bar on a terminal, a log line every ten seconds elsewhere. */
final class FeedDisplay implements FeedProgress, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedDisplay.class);
  private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long DRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final @Nullable ProgressBar bar;
  private final boolean endless;
  private long nextNanos;

  private FeedDisplay(@Nullable ProgressBar bar, boolean endless) {
    this.bar = bar;
    this.endless = endless;
    this.nextNanos = System.nanoTime() + SAY_NANOS;
  }

  /**
   * A bar if the launcher has found a terminal.
   *
   * @param endless whether the replay has no end, so that there is nothing to be a part of
   */
  static FeedDisplay create(boolean endless) {
    if (!Terminal.STDERR.isOne()) {
      return new FeedDisplay(null, endless);
    }
    ProgressBar bar =
        TerminalBar.of(endless ? "rows" : "files")
            .setInitialMax(endless ? -1 : 0)
            .setUnit(endless ? "" : " kB", endless ? 1 : 1000)
            .build();
    FeedDisplay display = new FeedDisplay(bar, endless);
    display.nextNanos = System.nanoTime();
    return display;
  }

  @Override
  public void advanced(long rowsSent, long bytesRead, long bytesTotal) {
    long now = System.nanoTime();
    if (now - nextNanos < 0) {
      return;
    }
    if (bar == null) {
      nextNanos = now + SAY_NANOS;
      if (endless) {
        LOG.info("sending rows={}", rowsSent);
      } else {
        LOG.info(
            "sending rows={} percentRead={}", rowsSent, 100 * bytesRead / Math.max(bytesTotal, 1));
      }
      return;
    }
    nextNanos = now + DRAW_NANOS;
    if (endless) {
      bar.stepTo(rowsSent);
    } else {
      bar.maxHint(bytesTotal);
      bar.stepTo(bytesRead);
      bar.setExtraMessage(rowsSent + " rows");
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
