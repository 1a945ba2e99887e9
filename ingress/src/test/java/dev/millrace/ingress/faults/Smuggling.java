package dev.millrace.ingress.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The corpus of {@link SmugglingTest}, by where the ambiguity is. */
final class Smuggling {

  private static final int SHOWN = 160;
  private static final String LINE = "POST /v1/tasks HTTP/1.1\r\n";
  private static final String HOST = "host: x\r\n";
  private static final String CHUNKED = "transfer-encoding: chunked\r\n";
  private static final String NOTHING = "\r\n0\r\n\r\n";

  /** From a header with a key to the vectors. */
  static final Map<String, Function<String, List<String>>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("two lengths", Smuggling::twoLengths);
    GROUPS.put("content-length", Smuggling::contentLengths);
    GROUPS.put("transfer-encoding", Smuggling::codings);
    GROUPS.put("chunk", Smuggling::chunks);
    GROUPS.put("chunk extension", Smuggling::extensions);
    GROUPS.put("trailer", Smuggling::trailers);
    GROUPS.put("line end", Smuggling::lineEnds);
    GROUPS.put("folded", Smuggling::folded);
    GROUPS.put("header", Smuggling::headers);
    GROUPS.put("host", Smuggling::hosts);
    GROUPS.put("request line", _ -> requestLines());
  }

  private Smuggling() {}

  static String shown(String vector) {
    StringBuilder text = new StringBuilder();
    for (char c : vector.substring(0, Math.min(vector.length(), SHOWN)).toCharArray()) {
      if (c >= 32 && c < 127) {
        text.append(c);
      } else {
        text.append("\\x%02x".formatted((int) c));
      }
    }
    return text.toString();
  }

  private static List<String> each(String before, String after, String... middles) {
    List<String> vectors = new ArrayList<>();
    for (String middle : middles) {
      vectors.add(before + middle + after);
    }
    return vectors;
  }

  private static List<String> twoLengths(String key) {
    return each(
        LINE + HOST + key,
        NOTHING,
        "content-length: 5\r\n" + CHUNKED,
        CHUNKED + "content-length: 5\r\n",
        CHUNKED + "content-length: 0\r\n",
        "content-length: 5\r\nTransfer-Encoding: CHUNKED\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 6\r\ncontent-length: 5\r\n",
        "content-length: 0\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ncontent-length: 5\r\n",
        "content-length: 5, 5\r\n",
        "content-length: 5, 6\r\n",
        "content-length: 5,\r\n",
        "content-length: ,5\r\n",
        "content-length: 5\r\nx: y\r\ncontent-length: 0\r\n");
  }

  private static List<String> contentLengths(String key) {
    return each(
        LINE + HOST + key + "content-length:",
        "\r\n\r\nhello",
        " +5",
        " -5",
        " -0",
        " 0x5",
        " 5x",
        " 5 5",
        " 5.0",
        " 5e0",
        " 5_0",
        " \"5\"",
        " ",
        "",
        " 99999999999999999999",
        " 18446744073709551621",
        " 4294967301999999999999",
        " 5\u000b",
        " \u000b5",
        " 5\u0000",
        " \u0000",
        " \u00b2",
        " \u00a05",
        " five");
  }

  private static List<String> codings(String key) {
    return each(
        LINE + HOST + key,
        NOTHING,
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunkedx\r\n",
        "transfer-encoding: x\r\n",
        "transfer-encoding: \r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: chunked, gzip\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: identity, chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: gzip, chunked, chunked\r\n",
        "transfer-encoding: chunked;q=1\r\n",
        "transfer-encoding: \"chunked\"\r\n",
        "transfer-encoding: 'chunked'\r\n",
        "transfer-encoding: chunked\u000b\r\n",
        "transfer-encoding: \u000bchunked\r\n",
        "transfer-encoding: chunked\u0000\r\n",
        "transfer-encoding: \u0000chunked\r\n",
        "transfer-encoding: chunked,\r\n",
        "transfer-encoding: ,chunked\r\n",
        "transfer-encoding: chun ked\r\n",
        "transfer-encoding : chunked\r\n",
        "transfer-encoding\t: chunked\r\n",
        "transfer encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: x\r\n",
        "transfer-encoding: x\r\ncontent-length: 5\r\n",
        "\u0000transfer-encoding: chunked\r\n",
        "transfer-encoding\u0000: chunked\r\n",
        "transfer-encoding\u00a0: chunked\r\n");
  }

  private static List<String> chunks(String key) {
    return each(
        LINE + HOST + key + CHUNKED + "\r\n",
        "\r\n0\r\n\r\n",
        "zz\r\nhello",
        "-5\r\nhello",
        "+5\r\nhello",
        "0x5\r\nhello",
        "5_\r\nhello",
        "5h\r\nhello",
        "5 5\r\nhello",
        "5.\r\nhello",
        "\r\nhello",
        " \r\nhello",
        ";\r\nhello",
        "\u00005\r\nhello",
        "5\u0000\r\nhello",
        "ffffffffffffffff\r\nhello",
        "10000000000000005\r\nhello",
        "7fffffff0\r\nhello",
        "5\r\nhelloX",
        "5\r\nhello5",
        "4\r\nhello",
        "5\r\nhell",
        "3\r\n{}\r\n\n");
  }

  private static List<String> extensions(String key) {
    return each(
        LINE + HOST + key + CHUNKED + "\r\n",
        "\r\n0\r\n\r\n",
        "5;a\nhello",
        "5;\nhello",
        "5;a=\"\n\"\r\nhello",
        "5;a=\"\r\n\"\r\nhello",
        "5;a=\"b\nhello",
        "5;a\rb\r\nhello",
        "5;\rhello",
        "5;a=\"\\\r\n\"\r\nhello",
        "5;" + "a".repeat(20_000) + "\r\nhello");
  }

  private static List<String> trailers(String key) {
    return each(
        LINE + HOST + key + CHUNKED + "\r\n0\r\n",
        "\r\n\r\n",
        "no colon",
        "x y: z",
        ": z",
        "x: \u0000",
        "x: y\n",
        "x: y\rz",
        "x : y",
        "x: " + "y".repeat(20_000));
  }

  private static List<String> lineEnds(String key) {
    List<String> vectors = new ArrayList<>();
    vectors.add("POST /v1/tasks HTTP/1.1\n" + HOST + key + CHUNKED + NOTHING);
    vectors.add(LINE + "host: x\n" + key + CHUNKED + NOTHING);
    vectors.add(LINE + HOST + key + "transfer-encoding: chunked\n" + NOTHING);
    vectors.add(LINE + HOST + key + CHUNKED + "\n0\r\n\r\n");
    vectors.add(LINE + HOST + key + "x: y\rtransfer-encoding: chunked\r\n" + NOTHING);
    vectors.add(LINE + HOST + key + "x: y\r\r\n" + NOTHING);
    vectors.add(LINE + HOST + key + "x: y\r\r\ntransfer-encoding: chunked\r\n" + NOTHING);
    vectors.add(LINE + HOST + key + CHUNKED + "\r0\r\n\r\n");
    vectors.add("POST /v1/tasks HTTP/1.1\r" + HOST + key + CHUNKED + NOTHING);
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n5\nhello\r\n0\r\n\r\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n5\rhello\r\n0\r\n\r\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n5\r\nhello\n0\r\n\r\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n5\r\nhello\r0\r\n\r\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n0\n\r\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n0\r\n\n");
    vectors.add(LINE + HOST + key + CHUNKED + "\r\n0\n\n");
    return vectors;
  }

  private static List<String> folded(String key) {
    return each(
        LINE + HOST + key,
        NOTHING,
        "transfer-encoding:\r\n chunked\r\n",
        "transfer-encoding:\r\n\tchunked\r\n",
        "transfer-encoding: chunked\r\n , identity\r\n",
        "content-length: 5\r\n 0\r\n",
        "content-length:\r\n 5\r\n",
        "x: y\r\n transfer-encoding: chunked\r\n",
        "x: y\r\n content-length: 5\r\n");
  }

  private static List<String> headers(String key) {
    List<String> vectors = new ArrayList<>();
    vectors.add(LINE + " transfer-encoding: chunked\r\n" + HOST + key + NOTHING);
    vectors.add(LINE + "\t" + HOST + key + CHUNKED + NOTHING);
    vectors.addAll(
        each(
            LINE + HOST + key,
            NOTHING,
            "no colon\r\n",
            ": no name\r\n",
            "content-length : 5\r\n",
            "content length: 5\r\n",
            "x y: z\r\n",
            "x(y): z\r\n",
            "x\u0001: z\r\n",
            "x\u007f: z\r\n",
            "x: \u0000\r\n",
            "x: a\u0000b\r\n",
            "x: y\rz: a\r\n",
            "x: \u0008\r\n",
            "x: " + "y".repeat(20_000) + "\r\n",
            "x: y\r\n".repeat(5_000)));
    return vectors;
  }

  private static List<String> hosts(String key) {
    return each(
        LINE + key,
        "content-length: 2\r\n\r\n{}",
        "",
        "host: x\r\nhost: y\r\n",
        "host: x\r\nHost: x\r\n",
        "host: x y\r\n",
        "host: x/y\r\n",
        "host: x@y\r\n",
        "host: x, y\r\n",
        "host: x:80:81\r\n",
        "host: x:port\r\n");
  }

  private static List<String> requestLines() {
    return each(
        "",
        "\r\nhost: x\r\n\r\n",
        "GET /livez",
        "GET  /livez HTTP/1.1",
        "GET /livez  HTTP/1.1",
        "GET\t/livez\tHTTP/1.1",
        "GET /livez HTTP/1.1 x",
        "GET /li vez HTTP/1.1",
        "GET /livez HTTP/1,1",
        "GET /livez http/1.1",
        "GET /livez HTTP/01.1",
        "GET /livez HTTP/1.10",
        "GET /livez HTTP/9.9",
        "GET /livez XHTTP/1.1",
        "GET /livez\u0000 HTTP/1.1",
        "GET /\u000blivez HTTP/1.1",
        "G\u0000ET /livez HTTP/1.1",
        "GE(T /livez HTTP/1.1",
        " GET /livez HTTP/1.1",
        "\u0016\u0003\u0001\u0002\u0000\u0001",
        "GET /" + "a".repeat(9_000) + " HTTP/1.1",
        "nonsense");
  }
}
