package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * {@code GET /console/} and {@code GET /console/{file}}: the console, static files of this jar that
 * need no key, no build step and nothing from elsewhere. {@code GET /console} leads there.
 *
 * <p>A name is letters, digits and hyphens with a known ending, so that no other resource can be
 * asked for; anything else is 404 {@code not_found}. Each answer forbids the browser to run or
 * fetch what is not of this node, to show the console inside another page, and to turn a text into
 * markup ({@code require-trusted-types-for}): an item may be named anything.
 */
final class ConsoleFiles implements Endpoint {
  private static final String FOLDER = "/dev/headwater/serving/console/";
  private static final String INDEX = "index.html";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}\\.(html|css|js|svg)");
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.HTML_UTF_8,
          "css", MediaType.CSS_UTF_8,
          "js", MediaType.JAVASCRIPT_UTF_8,
          "svg", MediaType.SVG_UTF_8);
  private static final HttpHeaders HEADERS =
      HttpHeaders.builder()
          .set(
              HttpHeaderNames.CONTENT_SECURITY_POLICY,
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                  + " connect-src 'self'; form-action 'none'; base-uri 'none';"
                  + " frame-ancestors 'none'; require-trusted-types-for 'script';"
                  + " trusted-types 'none'")
          .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
          .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
          .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
          .build();

  private final ConcurrentHashMap<String, Reply> files = new ConcurrentHashMap<>();
  private final boolean index;

  private ConsoleFiles(boolean index) {
    this.index = index;
  }

  /** Answers with the page itself. */
  static ConsoleFiles page() {
    return new ConsoleFiles(true);
  }

  /** Answers with the file that the path names. */
  static ConsoleFiles file() {
    return new ConsoleFiles(false);
  }

  /** Leads from {@code /console} to {@code /console/}, which relative addresses need. */
  static Endpoint redirect() {
    HttpHeaders headers = HttpHeaders.of(HttpHeaderNames.LOCATION, "console/");
    Reply reply =
        new Reply(
            HttpStatus.TEMPORARY_REDIRECT, MediaType.PLAIN_TEXT_UTF_8, HttpData.empty(), headers);
    return request -> reply;
  }

  @Override
  public Object handle(ApiRequest request) {
    String name = index ? INDEX : request.id("file");
    if (!NAME.matcher(name).matches()) {
      throw nothing();
    }
    return files.computeIfAbsent(name, ConsoleFiles::read);
  }

  private static Reply read(String name) {
    try (InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw nothing();
      }
      MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new Reply(
          HttpStatus.OK,
          type == null ? MediaType.OCTET_STREAM : type,
          HttpData.wrap(in.readAllBytes()),
          HEADERS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ApiException nothing() {
    return ApiException.notFound("not_found", "the console has no such file");
  }
}
