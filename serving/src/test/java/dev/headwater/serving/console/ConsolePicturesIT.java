package dev.headwater.serving.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Takes the pictures of docs/console.md from a running node: {@code -Dconsole.pictures=DIR
 * -Dconsole.url=http://127.0.0.1:8080/console/ -Dconsole.domain=D}.
 */
@EnabledIfSystemProperty(named = "console.pictures", matches = ".+")
@Timeout(300)
class ConsolePicturesIT {
  private static final int LOOK_MS = 6_000;

  private final Path directory = Path.of(System.getProperty("console.pictures", "."));
  private final String url =
      System.getProperty("console.url", "http://127.0.0.1:8080/console/")
          + "#/"
          + System.getProperty("console.domain", "demo")
          + "/";

  @Test
  void takesThePictures() {
    try (Browser browser = Browser.start()) {
      Page wide = browser.page(1200, 860, ColorScheme.LIGHT);
      take(wide, "freshness", "freshness.png");
      take(wide, "quality", "quality.png");
      take(wide, "versions", "versions.png");
      take(wide, "items", "items.png");
      wide.locator(".list.rows a").first().click();
      shoot(wide, "item.png");
      take(wide, "try", "try.png");
      wide.locator("ol.answer > li").nth(1).locator("button").click();
      assertThat(wide.locator(".latency")).containsText("The answer knew the click");
      shoot(wide, "try-clicked.png");
      Page dark = browser.page(1200, 860, ColorScheme.DARK);
      take(dark, "quality", "quality-dark.png");
      Page phone = browser.page(360, 760, ColorScheme.DARK);
      take(phone, "freshness", "phone.png");
    }
  }

  private void take(Page page, String place, String file) {
    page.navigate(url + place);
    assertThat(page.locator("h1")).isVisible();
    shoot(page, file);
  }

  private void shoot(Page page, String file) {
    page.waitForCondition(() -> page.locator(".skeleton").count() == 0);
    page.waitForTimeout(LOOK_MS);
    page.screenshot(new Page.ScreenshotOptions().setPath(directory.resolve(file)));
  }
}
