package dev.headwater.mapping;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.SchemaLoader;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okio.FileSystem;
import org.jspecify.annotations.Nullable;

/** Descriptors of what stands in {@code .proto} texts: parsed by Wire, built by Protobuf. */
final class ProtoFiles {
  private static final String MAIN = "headwater_registered_schema.proto";

  /** Protobuf's own; Wire would leave out of them what it thinks nobody needs. */
  private static final Map<String, FileDescriptor> WELL_KNOWN =
      Stream.of(
              AnyProto.getDescriptor(),
              DescriptorProtos.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toMap(FileDescriptor::getName, file -> file));

  private ProtoFiles() {}

  /**
   * Reads a file; what it imports is looked for beside it.
   *
   * @throws IllegalArgumentException where it is no Protobuf schema
   */
  static FileDescriptor of(Path file) {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    try {
      return of(withImports(folder, file, new HashSet<>()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the schema " + file, e);
    }
  }

  private static RegisteredSchema withImports(Path folder, Path file, Set<String> seen)
      throws IOException {
    String text = Files.readString(file);
    ProtoFileElement parsed = ProtoParser.Companion.parse(Location.get(file.toString()), text);
    List<RegisteredSchema.Named> imports = new ArrayList<>();
    for (String name : parsed.getImports()) {
      Path imported = folder.resolve(name);
      if (!WELL_KNOWN.containsKey(name) && seen.add(name) && Files.exists(imported)) {
        imports.add(new RegisteredSchema.Named(name, withImports(folder, imported, seen)));
      }
    }
    return new RegisteredSchema(Format.PROTOBUF.name(), text, imports);
  }

  /**
   * Reads what a registry has.
   *
   * @throws IllegalArgumentException where it is no Protobuf schema
   */
  static FileDescriptor of(RegisteredSchema schema) {
    try {
      Path folder = Files.createTempDirectory("headwater-proto");
      try {
        write(folder, MAIN, schema);
        return load(folder, MAIN);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a message by its full or its short name; the first one where no name is said. */
  static Descriptor message(FileDescriptor file, @Nullable String name) {
    return file.getMessageTypes().stream()
        .filter(m -> name == null || m.getFullName().equals(name) || m.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(file.getName() + " has no message " + name));
  }

  private static void write(Path folder, String name, RegisteredSchema schema) throws IOException {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder)) {
      throw new IllegalArgumentException("refers to " + name);
    }
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, schema.text());
    for (RegisteredSchema.Named reference : schema.references()) {
      write(folder, reference.name(), reference.schema());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static FileDescriptor load(Path folder, String main) {
    try {
      SchemaLoader loader = new SchemaLoader(FileSystem.SYSTEM);
      loader.initRoots(List.of(Location.get(folder.toString())), List.of());
      Schema schema = loader.loadSchema();
      return descriptor(schema, main, new HashMap<>());
    } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException(message, e);
    }
  }

  private static FileDescriptor descriptor(
      Schema schema, String name, Map<String, FileDescriptor> done)
      throws InvalidProtocolBufferException, DescriptorValidationException {
    FileDescriptor known = done.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptor wellKnown = WELL_KNOWN.get(name);
    if (wellKnown != null) {
      return wellKnown;
    }
    ProtoFile file = schema.protoFile(name);
    if (file == null) {
      throw new IllegalArgumentException("imports " + name + ", which is not there");
    }
    FileDescriptorProto proto =
        FileDescriptorProto.parseFrom(new SchemaEncoder(schema).encode(file).toByteArray());
    FileDescriptor[] imports = new FileDescriptor[proto.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = descriptor(schema, proto.getDependency(i), done);
    }
    FileDescriptor built = FileDescriptor.buildFrom(proto, imports);
    done.put(name, built);
    return built;
  }
}
