package tickwatch.dashboard.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of the page, out of the jar; there are no others. */
final class Page {
  private static final String FOLDER = "/tickwatch/dashboard/page/";

  private final Map<String, PageFile> files = new TreeMap<>();

  /** One file, as it is sent. */
  static final class PageFile {
    private final String contentType;
    private final byte[] bytes;
    private final String tag;

    PageFile(String contentType, byte[] bytes, String tag) {
      this.contentType = contentType;
      this.bytes = bytes;
      this.tag = tag;
    }

    String contentType() {
      return contentType;
    }

    /** Not copied: whoever sends them must not change them. */
    byte[] bytes() {
      return bytes;
    }

    /** Tells this content from every other. */
    String tag() {
      return tag;
    }
  }

  Page() {
    add("/", "index.html", "text/html; charset=utf-8");
    add("/style.css", "style.css", "text/css; charset=utf-8");
    add("/icon.svg", "icon.svg", "image/svg+xml");
    for (String script :
        new String[] {"main", "stream", "charts", "anomalies", "sensors", "query", "format"}) {
      add("/" + script + ".js", script + ".js", "text/javascript; charset=utf-8");
    }
    String chart = "vendor/uplot-1.6.32/";
    add("/" + chart + "uplot.js", chart + "uPlot.iife.min.js", "text/javascript; charset=utf-8");
    add("/" + chart + "uplot.css", chart + "uPlot.min.css", "text/css; charset=utf-8");
    add("/" + chart + "LICENSE", chart + "LICENSE", "text/plain; charset=utf-8");
  }

  private void add(String path, String file, String contentType) {
    byte[] bytes;
    try (InputStream in = Page.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("the page's file " + FOLDER + file + " is not in the jar");
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.put(path, new PageFile(contentType, bytes, "\"" + hash(bytes) + "\""));
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks SHA-256", e);
    }
  }

  @Nullable PageFile file(String path) {
    return files.get(path);
  }
}
