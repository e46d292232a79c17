package tickwatch.detector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.detector.alert.Alert;
import tickwatch.detector.alert.AlertDelivery;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.alert.AlertTarget;

/**
 * Sees to it that each alert reaches each target, over restarts too. What was taken is a row of
 * {@code alert}, so the tick log tells what is still to be delivered: while the log is replayed,
 * alerts wait, and each such row takes one away; what is left when the replay is done is delivered.
 * An alert whose row was lost with the detector is delivered again.
 *
 * <p><b>Threads.</b> The subscriber's, except for {@link #delivered} and {@link #givenUp}.
 */
final class AlertDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertDesk.class);

  /** Alerts that may wait for the end of a replay, for each target. */
  private static final int MOST_PENDING = 100_000;

  /** A target, and what waits for it until the replay is done, by key. */
  private static final class Post {
    final AlertDelivery delivery;
    final Map<String, Alert> pending = new LinkedHashMap<>();

    Post(AlertDelivery delivery) {
      this.delivery = delivery;
    }
  }

  private final Map<String, Post> posts = new LinkedHashMap<>();
  private boolean live;

  /** Delivers nothing before {@link #live}. */
  AlertDesk(AlertSettings settings, AlertDelivery.Listener listener) {
    for (AlertTarget target : settings.targets()) {
      posts.put(
          target.name(),
          new Post(new AlertDelivery(target, settings.patience(), settings.isDryRun(), listener)));
      LOG.info("alerts go to {} dryRun={}", target, settings.isDryRun());
    }
  }

  /** An alert that each target is to be told. */
  void told(Alert alert) {
    for (Post post : posts.values()) {
      if (live) {
        post.delivery.offer(alert);
      } else {
        if (post.pending.size() == MOST_PENDING) {
          post.pending.remove(post.pending.keySet().iterator().next());
        }
        post.pending.put(alert.key(), alert);
      }
    }
  }

  /** The log says that an alert was taken before; one that was given up is tried again. */
  void done(String sink, String key) {
    Post post = posts.get(sink);
    Alert taken = post == null ? null : post.pending.remove(key);
    if (post != null && taken != null) {
      post.delivery.wasTold(taken);
    }
  }

  /** The replay is done: what was not taken before is delivered. */
  void live() {
    live = true;
    for (Post post : posts.values()) {
      if (!post.pending.isEmpty()) {
        LOG.info(
            "alerts not delivered before sink={} alerts={}",
            post.delivery.target().name(),
            post.pending.size());
      }
      post.pending.values().forEach(post.delivery::offer);
      post.pending.clear();
    }
  }

  /** The replay begins again, from where it was. */
  void replaying() {
    live = false;
  }

  /** What waits for a target, in order. */
  List<Alert> undelivered(String sink) {
    Post post = posts.get(sink);
    if (post == null) {
      return List.of();
    }
    List<Alert> all = new ArrayList<>(post.pending.values());
    all.addAll(post.delivery.undelivered());
    return all;
  }

  /** What a target was told of and is told again as long as it goes on. */
  List<Alert> goingOn(String sink) {
    Post post = posts.get(sink);
    return post == null ? List.of() : post.delivery.goingOn();
  }

  /** An alert that a target was told of before the detector ended. */
  void restoredGoingOn(String sink, Alert alert) {
    Post post = posts.get(sink);
    if (post != null) {
      post.delivery.wasTold(alert);
    }
  }

  /** The names of the targets. */
  List<String> sinks() {
    return List.copyOf(posts.keySet());
  }

  /** An alert that a target was not told of before the detector ended. */
  void restored(String sink, Alert alert) {
    Post post = posts.get(sink);
    if (post != null) {
      post.pending.put(alert.key(), alert);
    }
  }

  long delivered() {
    return posts.values().stream().mapToLong(post -> post.delivery.counts().delivered()).sum();
  }

  long givenUp() {
    return posts.values().stream().mapToLong(post -> post.delivery.counts().givenUp()).sum();
  }

  long failures() {
    return posts.values().stream().mapToLong(post -> post.delivery.counts().failures()).sum();
  }

  long waiting() {
    return posts.values().stream().mapToLong(post -> post.delivery.waiting()).sum();
  }

  @Override
  public void close() {
    posts.values().forEach(post -> post.delivery.close());
  }
}
