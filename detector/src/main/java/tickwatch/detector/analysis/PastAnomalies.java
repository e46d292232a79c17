package tickwatch.detector.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signatures of a table's last closed anomalies, to find those that looked alike, and what
 * people said of them.
 *
 * <p>A signature is each channel's share of the score with the sign of its deviation. The distance
 * of two is 1 − the cosine between them, plus 0.2 where both kinds are known and differ, 1 at most.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class PastAnomalies {
  private static final int LIMIT = 256;
  private static final int MOST_TOLD = 3;
  private static final double LARGEST_DISTANCE = 0.5;
  private static final double OTHER_KIND = 0.2;

  private static final class Past {
    final String id;
    final String kind;
    final float[] signature;
    String verdict = "";

    Past(String id, String kind, float[] signature) {
      this.id = id;
      this.kind = kind;
      this.signature = signature;
    }
  }

  private final Deque<Past> past = new ArrayDeque<>();

  /** Remembers a closed anomaly; the oldest of more than 256 is forgotten. */
  public void add(String id, String kind, float[] signature) {
    if (past.size() == LIMIT) {
      past.removeFirst();
    }
    past.addLast(new Past(id, kind, signature.clone()));
  }

  /** What people say of an anomaly; nothing happens if it is not remembered. */
  public void judged(String id, String verdict) {
    Past found = find(id);
    if (found != null) {
      found.verdict = verdict;
    }
  }

  private @Nullable Past find(String id) {
    for (Iterator<Past> latest = past.descendingIterator(); latest.hasNext(); ) {
      Past next = latest.next();
      if (next.id.equals(id)) {
        return next;
      }
    }
    return null;
  }

  /** The most similar ones, nearest first, of the same distance the latest first. */
  public List<Similar> like(String kind, float[] signature) {
    List<Similar> found = new ArrayList<>();
    for (Iterator<Past> latest = past.descendingIterator(); latest.hasNext(); ) {
      Past other = latest.next();
      double distance = distance(kind, signature, other);
      if (distance <= LARGEST_DISTANCE) {
        found.add(new Similar(other.id, distance, other.verdict));
      }
    }
    found.sort(Comparator.comparingDouble(Similar::distance));
    return List.copyOf(found.subList(0, Math.min(MOST_TOLD, found.size())));
  }

  private static double distance(String kind, float[] signature, Past other) {
    double products = 0;
    double ones = 0;
    double others = 0;
    for (int c = 0; c < signature.length; c++) {
      products += (double) signature[c] * other.signature[c];
      ones += (double) signature[c] * signature[c];
      others += (double) other.signature[c] * other.signature[c];
    }
    double cosine = ones > 0 && others > 0 ? products / Math.sqrt(ones * others) : 0;
    boolean differ = !kind.isEmpty() && !other.kind.isEmpty() && !kind.equals(other.kind);
    return Math.max(0, Math.min(1, 1 - cosine + (differ ? OTHER_KIND : 0)));
  }

  public void save(DataOutput out) throws IOException {
    out.writeInt(past.size());
    for (Past one : past) {
      out.writeUTF(one.id);
      out.writeUTF(one.kind);
      out.writeUTF(one.verdict);
      out.writeInt(one.signature.length);
      for (float part : one.signature) {
        out.writeFloat(part);
      }
    }
  }

  /** Goes on from what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {
    past.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String id = in.readUTF();
      String kind = in.readUTF();
      String verdict = in.readUTF();
      float[] signature = new float[in.readInt()];
      for (int c = 0; c < signature.length; c++) {
        signature[c] = in.readFloat();
      }
      add(id, kind, signature);
      judged(id, verdict);
    }
  }
}
