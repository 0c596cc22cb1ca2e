package dev.headwater.platform.load;

import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.report.VerbException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds domains below a {@code --data} folder. */
public final class Datasets {
  private Datasets() {}

  /** Reads several domains, in the order given. */
  public static List<DomainData> load(Path data, List<String> domains) {
    List<DomainData> result = new ArrayList<>();
    for (String domain : domains) {
      result.add(load(data, domain));
    }
    return result;
  }

  /**
   * Reads one domain.
   *
   * @throws VerbException when the folder is not there or cannot be read
   */
  public static DomainData load(Path data, String domain) {
    Path folder = data.resolve(domain);
    if (!Files.isDirectory(folder)) {
      throw new VerbException(
          "no domain '" + domain + "' below " + data + "; there are: " + names(data));
    }
    try {
      return DomainData.load(folder);
    } catch (DataException e) {
      throw new VerbException(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static String names(Path data) {
    if (!Files.isDirectory(data)) {
      return "no such folder";
    }
    try (Stream<Path> folders = Files.list(data)) {
      return String.join(
          ", ",
          folders
              .filter(folder -> Files.exists(folder.resolve("items.tsv.gz")))
              .map(folder -> String.valueOf(folder.getFileName()))
              .sorted()
              .toList());
    } catch (java.io.IOException e) {
      return "unreadable: " + e.getMessage();
    }
  }
}
