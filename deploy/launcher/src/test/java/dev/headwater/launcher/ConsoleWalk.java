package dev.headwater.launcher;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A walk through the console of a node that has everything behind it, in a real browser. */
final class ConsoleWalk implements AutoCloseable {
  private static final Path CHROMIUM =
      Path.of(System.getProperty("console.chromium", "/usr/bin/chromium"));

  private final Playwright playwright;
  private final Page page;
  private final String console;

  ConsoleWalk(String base, String domain) {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM),
        "no Chromium at " + CHROMIUM + " (apt-get install chromium): the console is not walked");
    PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser chromium =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    page = chromium.newPage();
    console = base + "/console/#/" + domain + "/";
  }

  private void go(String place) {
    page.navigate(console + place);
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Adds an item and watches it become visible; its embedding comes from its text. */
  void addsAnItem(String title) {
    go("items");
    page.getByLabel("Title").fill(title);
    button("Publish").click();
    Locator outcome = page.locator(".outcome");
    assertThat(outcome).containsText(Pattern.compile("Visible after \\d"));
    outcome.getByRole(AriaRole.LINK).click();
    assertThat(page.locator("h1")).hasText(title);
    assertThat(page.getByLabel("Where its embedding came from")).containsText("%");
  }

  /** Clicks as a user and sees the answer that knows it. */
  void clicksAs(String user) {
    go("try?user=" + user);
    page.locator("ol.answer > li").first().getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator(".latency")).containsText("The answer knew the click after");
  }

  /** Holds a version and lets go, with reasons. */
  void pinsAndUnpins() {
    go("versions");
    act(button("Compare"));
    assertThat(page.locator(".diff-words")).containsText("changed");
    act(
        page.getByRole(
                AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(Pattern.compile("^Pin version")))
            .first());
    confirm("a walk");
    assertThat(page.getByText("Held at version")).isVisible();
    act(button("Unpin \u2026"));
    confirm("the walk is over");
    assertThat(page.getByText("Held at version")).hasCount(0);
    assertThat(page.getByLabel("Audit log").last()).containsText("the walk is over");
  }

  private static void act(Locator button) {
    button.click();
  }

  private void confirm(String why) {
    page.getByLabel("Why").fill(why);
    page.getByLabel("Who you are").fill("a walker");
    page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.BUTTON).last().click();
  }

  /** Looks at the lines of quality. */
  void seesQuality() {
    go("quality?minutes=240");
    assertThat(page.locator("svg[role=img]"))
        .hasAttribute("aria-label", Pattern.compile("HR@10 was 0\\.\\d+ live"));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
