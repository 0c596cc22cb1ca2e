package dev.headwater.serving.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who cannot see the colours, hold a mouse or carry a large screen gets the same: axe-core's rules
 * for WCAG 2.1 AA in both themes, a phone of 360 pixels, the keyboard alone, nothing that jumps.
 */
@Timeout(180)
class ConsoleAccessIT {
  private static final int PHONE = 360;
  private static final int LATE_MS = 120;

  @TempDir static Path directory;

  private static Browser browser;
  private static ConsoleShop shop;
  private static String axe;

  @BeforeAll
  static void start() throws InterruptedException, IOException {
    browser = Browser.start();
    shop = new ConsoleShop(directory);
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    try (InputStream in = ConsoleAccessIT.class.getResourceAsStream("/axe.min.js")) {
      axe =
          new String(
              Objects.requireNonNull(in, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (shop != null) {
      shop.close();
    }
  }

  @AfterEach
  void nothingWentWrong() {
    browser.assertClean();
  }

  private Page open(String place, int width, ColorScheme scheme) {
    Page page = browser.page(width, 900, scheme);
    // Colours are judged as they stay: half-way through a fade-in a text has too little contrast.
    page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
    page.addInitScript(
        "window.shifts = []; new PerformanceObserver((list) => list.getEntries().forEach((each) => {"
            + " if (!each.hadRecentInput) { window.shifts.push({ value: each.value, moved:"
            + " each.sources.map((source) => `${source.node?.className || source.node?.nodeName}"
            + " ${source.previousRect.y} -> ${source.currentRect.y}`) }); } }))"
            + ".observe({ type: 'layout-shift', buffered: true });");
    // Each answer is seen by itself, as on a slow machine: what jumps then jumps always.
    page.route("**/v1/**", ConsoleAccessIT::late);
    page.navigate("http://127.0.0.1:" + shop.port() + "/console/" + place);
    assertThat(page.locator("h1")).isVisible();
    page.waitForCondition(() -> page.locator(".skeleton").count() == 0);
    return page;
  }

  private static void late(Route route) {
    try {
      Thread.sleep(LATE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    route.resume();
  }

  /** What the page asks for while it closes is no more held up: there is nobody left to ask. */
  private static void leave(Page page) {
    page.unrouteAll();
    page.context().close();
  }

  /** How much has jumped so far, without the reader's doing, and what. */
  private static double shift(Page page) {
    return ((Number) page.evaluate("window.shifts.reduce((sum, each) => sum + each.value, 0)"))
        .doubleValue();
  }

  private static List<?> violations(Page page) {
    page.evaluate(axe);
    return (List<?>)
        page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
                + " 'wcag21aa', 'best-practice']})).violations.map((each) => each.id + ': ' +"
                + " each.help + ' ' + each.nodes.map((node) => node.target + ' ' +"
                + " node.failureSummary).join(' | '))");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#/shop/freshness",
        "#/shop/quality",
        "#/shop/versions",
        "#/shop/items",
        "#/shop/item/toy-3",
        "#/shop/item/no-title",
        "#/shop/try"
      })
  void keepsToTheRulesInBothThemesAndFitsAPhone(String place) {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = open(place, scheme == ColorScheme.LIGHT ? 1280 : PHONE, scheme);
      assertThat(violations(page)).as("%s %s", place, scheme).isEmpty();
      assertThat(shift(page))
          .as("%s %s jumps: %s", place, scheme, page.evaluate("JSON.stringify(window.shifts)"))
          .isLessThan(0.1);
      fits(page, place);
      leave(page);
    }
  }

  /** Between a phone and a desktop lie the widths at which one layout gives way to another. */
  private static void fits(Page page, String place) {
    for (int width : List.of(page.viewportSize().width, PHONE, 420, 481, 641, 768, 860)) {
      page.setViewportSize(width, 760);
      assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
          .as("nothing hangs over the edge of %s at %d", place, width)
          .isLessThanOrEqualTo(width);
    }
  }

  @Test
  void aQuestionKeepsToTheRulesAsWell() {
    Page page = open("#/shop/item/toy-4", 1280, ColorScheme.DARK);
    page.getByText("Deny …").click();
    assertThat(page.locator("dialog")).isVisible();
    assertThat(violations(page)).isEmpty();
    leave(page);
  }

  @Test
  void worksByKeyboardAlone() {
    Page page = open("#/shop/freshness", 1280, ColorScheme.LIGHT);
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    page.keyboard().press("Tab");
    assertThat(page.getByText("Quality").first()).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("Quality");
    assertThat(page.locator("h1")).isFocused();
    page.keyboard().press("Tab");
    page.keyboard().press("ArrowRight");
    assertThat(page.getByLabel("NDCG@10", new Page.GetByLabelOptions().setExact(true))).isChecked();
    leave(page);
  }
}
