package dev.headwater.serving.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console as people use it, in a real browser. */
@Timeout(180)
class ConsoleIT {
  private static final Pattern A_TIME = Pattern.compile("\\d+(\\.\\d+)? m?s");

  @TempDir static Path directory;

  private static Browser browser;
  private static ConsoleShop shop;

  private Page page;

  @BeforeAll
  static void start() throws InterruptedException {
    browser = Browser.start();
    shop = new ConsoleShop(directory);
    PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
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

  @BeforeEach
  void open() {
    page = browser.desktop();
  }

  @AfterEach
  void close() {
    page.context().close();
    browser.assertClean();
  }

  private void go(String place) {
    page.navigate("http://127.0.0.1:" + shop.port() + "/console/" + place);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private void say(String why) {
    page.getByLabel("Why").fill(why);
    page.getByLabel("Who you are").fill("Night shift");
  }

  @Test
  void showsFreshnessAndSaysWhereLagIsNotMeasured() {
    page.route(
        "**/v1/lag",
        route ->
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setStatus(404)
                    .setContentType("application/problem+json")
                    .setBody("{\"code\":\"not_found\",\"detail\":\"nothing\"}")));
    go("");
    assertThat(page.locator("h1")).hasText("Freshness");
    assertThat(page.getByText("Lag is not measured here").first()).isVisible();
    assertThat(page.getByLabel("This node")).containsText("Ready");
    shop.click("user-1", "toy-1");
    assertThat(page.getByLabel("What really passes")).containsText(Pattern.compile("[1-9]"));
    assertThat(page.getByLabel("Newest items")).containsText("visible after");
  }

  @Test
  void showsEachHopAndWhichOneStopped() {
    page.route(
        "**/v1/lag",
        route ->
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(Lag.withStoppedFineTune(System.currentTimeMillis()))));
    go("#/shop/freshness");
    Locator clicks = page.getByLabel("Clicks: lag");
    assertThat(clicks).containsText("Stopped");
    assertThat(clicks).containsText("Fine-tune has let nothing through since");
    assertThat(clicks.locator(".hop.bad")).hasCount(1);
    assertThat(clicks).containsText("clock 10 min ahead");
    assertThat(page.getByLabel("New items: lag")).containsText("Live");
  }

  @Test
  void drawsQualityWithATextAlternativeAndTheNumbersAsATable() {
    go("#/shop/quality");
    Locator chart = page.locator("svg[role=img]");
    assertThat(chart).hasAttribute("aria-label", Pattern.compile("HR@10 was 0\\.\\d+ live"));
    assertThat(page.locator("path.line.live")).hasCount(1);
    assertThat(page.locator("path.line.frozen")).hasCount(1);
    assertThat(page.locator("path.line.learned")).hasCount(1);
    assertThat(page.locator("path.line.item_knn_recent")).hasCount(1);
    Pattern best = Pattern.compile("0\\.\\d+ by counting, the best that learns nothing");
    assertThat(page.getByLabel("Figures")).containsText(best);
    page.getByText("Show as a table").click();
    Locator rows = page.getByRole(AriaRole.TABLE).locator("tbody tr");
    assertThat(rows.first()).containsText(Pattern.compile("0\\.\\d{3}"));
    page.locator(".plot").focus();
    page.keyboard().press("ArrowLeft");
    assertThat(page.locator(".readout")).containsText("Live 0.");
    List<String> times = page.locator("svg[role=img] text.axis").allTextContents();
    assertThat(times).doesNotHaveDuplicates();
    page.getByLabel("NDCG@10").check();
    assertThat(chart).hasAttribute("aria-label", Pattern.compile("NDCG@10 was"));
  }

  @Test
  void comparesPinsAndUnpinsWithAReasonThatStandsInTheAuditLog() {
    go("#/shop/versions");
    button("Compare").click();
    assertThat(page.locator(".diff-words")).containsText("changed");
    page.getByRole(
            AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Pin version")))
        .nth(1)
        .click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).isVisible();
    assertThat(page.getByLabel("Why")).isFocused();
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    Locator pin =
        page.getByRole(
                AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(Pattern.compile("^Pin version")))
            .nth(1);
    pin.click();
    say("a sale <i>tonight</i>");
    dialog.getByRole(AriaRole.BUTTON).last().click();
    assertThat(page.getByText("Held at version")).isVisible();
    assertThat(page.getByLabel("Audit log").last()).containsText("a sale <i>tonight</i>");
    button("Unpin …").click();
    say("over");
    dialog.getByRole(AriaRole.BUTTON).last().click();
    assertThat(page.getByText("Held at version")).hasCount(0);
    assertThat(page.getByLabel("Audit log").last()).containsText("Night shift");
  }

  @Test
  void rollsBackAndShowsTheNewGeneration() {
    shop.click("user-2", "toy-2");
    go("#/shop/versions");
    Locator rollback =
        page.getByRole(
            AriaRole.BUTTON,
            new Page.GetByRoleOptions().setName(Pattern.compile("^Roll back version")));
    rollback.nth(2).click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("would be taken back");
    dialog.getByRole(AriaRole.BUTTON).last().click();
    assertThat(dialog).isVisible();
    say("quality fell");
    dialog.getByRole(AriaRole.BUTTON).last().click();
    assertThat(dialog).hasCount(0);
    assertThat(page.getByLabel("Audit log").last()).containsText("Rolled back");
    assertThat(page.getByLabel("What is served")).containsText(Pattern.compile("generation [1-9]"));
  }

  @Test
  void followsAnAddedItemUntilItIsVisibleWithItsTime() {
    go("#/shop/items");
    page.getByLabel("Title").fill("Wooden toy train <script>alert(2)</script>");
    page.getByLabel("Id", new Page.GetByLabelOptions().setExact(true)).fill("my/train #1");
    button("Publish").click();
    Locator outcome = page.locator(".outcome");
    assertThat(outcome).containsText(Pattern.compile("Visible after " + A_TIME));
    assertThat(outcome.locator(".stages li.done")).hasCount(5);
    outcome.getByRole(AriaRole.LINK).click();
    assertThat(page.locator("h1")).containsText("Wooden toy train <script>");
    assertThat(page.getByLabel("Where its embedding came from")).containsText("%");
    assertThat(page.getByLabel("Most like it").locator("li").first()).isVisible();
  }

  @Test
  void namesWhatLentAnItemItsEmbeddingByTitleAlsoFromOtherDomains() {
    go("#/shop/item/toy-1");
    Locator matches = page.getByLabel("Where its embedding came from").locator("li");
    Locator foreign = matches.filter(new Locator.FilterOptions().setHasText("books"));
    assertThat(foreign).containsText("A <i>book</i> of knots");
    assertThat(foreign.locator("[title='" + ShortPath.LENDER + "']")).hasCount(1);
    assertThat(matches.filter(new Locator.FilterOptions().setHasText("toy-"))).hasCount(0);
  }

  @Test
  void saysInPlainWordsWhyAnItemIsRefusedAndWhatToDo() {
    go("#/shop/items");
    button("Publish").click();
    assertThat(page.locator(".outcome")).containsText("no title");
    page.getByLabel("Refused lately").getByRole(AriaRole.LINK).first().click();
    assertThat(page.getByLabel("Status")).containsText("The item had no title");
    assertThat(page.getByLabel("Status")).containsText("What to do: Give it a title");
  }

  @Test
  void deniesAndAllowsAnItemWhoseIdIsMarkup() {
    go("#/shop/item/" + encoded(ConsoleShop.ODD));
    assertThat(page.locator("h1")).hasText("Odd <b>bold</b> & \"quoted\"");
    assertThat(page.getByLabel("Status")).containsText("It can be recommended");
    button("Deny …").click();
    say("recall");
    button("Deny").click();
    assertThat(page.getByLabel("Status")).containsText("Denied by Night shift: recall");
    button("Allow …").click();
    say("mended");
    button("Allow").click();
    assertThat(page.getByLabel("Status")).containsText("It can be recommended");
    assertThat(page.locator("script")).hasCount(2);
  }

  @Test
  void findsItemsWhileOneTypes() {
    go("#/shop/items");
    page.getByLabel("Find an item").fill("wooden KITE");
    Locator found = page.locator(".list.rows li");
    assertThat(found).hasCount(1);
    assertThat(found).containsText("Wooden kite");
    page.getByLabel("Find an item").fill("no such thing");
    assertThat(page.getByText("No item holds all of these words")).isVisible();
  }

  @Test
  void aClickInTheTryPageChangesTheAnswerAndTellsHowLongItTook() {
    shop.click("ann", "toy-3");
    go("#/shop/try?user=ann");
    Locator answer = page.locator("ol.answer > li");
    assertThat(answer).hasCount(10);
    assertThat(answer.first()).containsText("because of");
    assertThat(page.locator("pre").first()).containsText("/users/ann/recommendations?count=10");
    String third = answer.nth(2).locator("a").innerText();
    answer.nth(2).getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator(".latency"))
        .containsText(Pattern.compile("The answer knew the click after " + A_TIME));
    assertThat(
            answer.getByRole(
                AriaRole.LINK, new Locator.GetByRoleOptions().setName(third).setExact(true)))
        .hasCount(0);
    assertThat(page.locator("#say")).containsText("The answer knew the click");
    assertThat(page.getByLabel("History, newest first")).containsText(third);
  }

  /** It stands for more than popularity: what was said of these items was said of others. */
  @Test
  void anAnswerFromTextsAloneIsNotCalledPopularity() {
    page.route(
        "**/recommendations?**",
        route -> {
          APIResponse answer = route.fetch();
          route.fulfill(
              new com.microsoft.playwright.Route.FulfillOptions()
                  .setResponse(answer)
                  .setBody(answer.text().replaceFirst("\\{", "{\"fallback\":\"text\",")));
        });
    shop.click("ann", "toy-3");
    go("#/shop/try?user=ann");
    assertThat(page.locator(".latency")).containsText("texts stand in");
    assertThat(page.locator(".latency")).not().containsText("taken lately");
    assertThat(page.locator("ol.answer > li")).hasCount(10);
    assertThat(page.locator("ol.answer")).not().containsText("times lately");
  }

  @Test
  void aComposedHistoryIsAskedForAndPublishedWithTheFirstClick() {
    go("#/shop/try");
    page.getByLabel("A history").check();
    page.getByLabel("Add an item").fill("plush");
    page.getByLabel("Add Tiny plush bear").click();
    assertThat(page.locator("ol.answer > li").first()).containsText("because of Tiny plush bear");
    assertThat(page.locator("pre").first()).containsText("\"history\":[");
    page.getByLabel("Name of the visitor").fill("it's <me>");
    page.locator("ol.answer > li").first().getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator(".latency")).containsText("2 events went out as user it's <me>");
    assertThat(page.locator("pre").first()).containsText("it's%20%3Cme%3E".replace("'", "'\\''"));
  }

  @Test
  void asksForAKeyOnceAndSendsIt() {
    page.route(
        "**/v1/**",
        route -> {
          if ("Bearer good".equals(route.request().headerValue("authorization"))) {
            route.resume();
          } else {
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setStatus(401)
                    .setContentType("application/problem+json")
                    .setBody("{\"code\":\"unauthenticated\",\"detail\":\"a key is needed\"}"));
          }
        });
    go("#/shop/items");
    page.getByLabel("API key or token").fill("bad");
    button("Use this key").click();
    assertThat(page.getByText("does not accept this key")).isVisible();
    page.getByLabel("API key or token").fill("good");
    button("Use this key").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    assertThat(page.locator("h1")).hasText("Items");
    assertThat(page.locator(".list.rows li").first()).isVisible();
    assertThat(page.evaluate("sessionStorage.getItem('headwater.key')")).isEqualTo("good");
    page.reload();
    assertThat(page.locator(".list.rows li").first()).isVisible();
    assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    assertThat(button("Forget key")).isVisible();
  }

  @Test
  void saysWhenTheNodeIsGoneAndGoesOnWhenItIsBack() {
    int port = shop.port();
    go("#/shop/items");
    assertThat(page.locator(".list.rows li").first()).isVisible();
    shop.stopNode();
    assertThat(page.getByText("The node does not answer.").first()).isVisible();
    shop.startAgain(port);
    assertThat(page.getByText("The node does not answer.")).hasCount(0);
    assertThat(page.locator(".list.rows li").first()).isVisible();
    page.navigate("about:blank");
  }

  @Test
  void remembersTheThemeAndFollowsTheSystemOtherwise() {
    go("#/shop/quality");
    String light = background();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    String dark = background();
    assertThat(dark).isNotEqualTo(light);
    page.getByLabel(Pattern.compile("^Theme: auto")).click();
    assertThat(background()).isEqualTo(light);
    page.reload();
    assertThat(page.getByLabel(Pattern.compile("^Theme: light"))).isVisible();
    assertThat(background()).isEqualTo(light);
  }

  private String background() {
    return (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
  }
}
