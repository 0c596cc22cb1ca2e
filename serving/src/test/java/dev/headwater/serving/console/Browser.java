package dev.headwater.serving.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's headless Chromium. Every page that it opens is watched: an error in the console, a
 * breach of the page's policy, and a request to anywhere but this machine fail the test at {@link
 * #assertClean}.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM =
      Path.of(System.getProperty("console.chromium", "/usr/bin/chromium"));

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Browser() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    chromium =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
  }

  /** Starts it; where it is absent the test is skipped with a message. */
  static Browser start() {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM),
        "no Chromium at " + CHROMIUM + " (apt-get install chromium): console tests are skipped");
    return new Browser();
  }

  /** Opens an empty page. */
  Page page(int width, int height, ColorScheme scheme) {
    BrowserContext context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setLocale("en-GB")
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    context.setDefaultTimeout(30_000);
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !isAboutAnAnswer(message.text())) {
            complaints.add("console: " + message.text());
          }
        });
    page.onPageError(error -> complaints.add("error: " + error));
    page.onDialog(
        dialog -> {
          complaints.add("a script of a record ran: " + dialog.message());
          dialog.dismiss();
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith("http://127.0.0.1:")) {
            complaints.add("asked elsewhere: " + request.url());
          }
        });
    return page;
  }

  /** The browser itself notes each answer that is not 200, and each that never came. */
  private static boolean isAboutAnAnswer(String text) {
    return text.startsWith("Failed to load resource: ")
        && (text.contains("status of") || text.contains("net::ERR_"));
  }

  Page desktop() {
    return page(1280, 900, ColorScheme.LIGHT);
  }

  /** Fails when a page complained since the last call. */
  void assertClean() {
    List<String> all = List.copyOf(complaints);
    complaints.clear();
    assertThat(all).isEmpty();
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
