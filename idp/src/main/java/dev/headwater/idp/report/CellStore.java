package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A directory with one JSON file a cell, so that a table of many hours can be made in parts and
 * goes on after a kill. For one process.
 *
 * @param directory made when the first cell is put
 */
public record CellStore(Path directory) implements Results {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What was found for a cell, if it was evaluated before, whatever its configuration. */
  @Override
  public Optional<JsonNode> get(Cell cell) {
    Path file = directory.resolve(cell.fileName());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the cell " + file, e);
    }
  }

  /** Keeps what a cell came to. */
  public void put(Cell cell, ObjectNode result) {
    Path file = directory.resolve(cell.fileName());
    try {
      Files.createDirectories(directory);
      Path fresh = file.resolveSibling(cell.fileName() + ".tmp");
      Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the cell " + file, e);
    }
  }
}
