package dev.headwater.launcher.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the documentation that is made from something else, and is compared with it. */
final class GeneratedPage {
  private static final String WRITE = "docs.write";
  private static final String HOW =
      "./mvnw -q test -pl deploy/launcher -am -Dtest='*ReferencePageTest'"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

  private GeneratedPage() {}

  /** Returns the line that tells readers of the source where the page comes from. */
  static String origin(String source) {
    return "<!-- Made from " + source + "; do not edit. " + HOW + " -->\n\n";
  }

  /**
   * Fails, saying how to make it again, when the page is not this text; writes it when asked to.
   */
  static void check(String name, String text) throws IOException {
    Path page = Deployed.doc(name);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(page, text);
    }
    assertThat(Files.exists(page) ? Files.readString(page) : "")
        .as("docs/%s is stale; make it again with%n  %s%nand commit it", name, HOW)
        .isEqualTo(text);
  }
}
