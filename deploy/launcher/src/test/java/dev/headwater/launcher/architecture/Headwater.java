package dev.headwater.launcher.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The compiled classes of the whole tree, without tests. */
final class Headwater {
  static final String ROOT = "dev.headwater.";

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.headwater");

  private Headwater() {}

  /** Returns for each package, without the root's name, the other packages that use it. */
  static SortedMap<String, SortedSet<String>> visitors() {
    SortedMap<String, SortedSet<String>> visitors = new TreeMap<>();
    for (JavaClass type : CLASSES) {
      visitors.computeIfAbsent(room(type), any -> new TreeSet<>());
      for (Dependency arrow : type.getDirectDependenciesFromSelf()) {
        JavaClass target = arrow.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(ROOT) && !room(target).equals(room(type))) {
          visitors.computeIfAbsent(room(target), any -> new TreeSet<>()).add(room(type));
        }
      }
    }
    return visitors;
  }

  private static String room(JavaClass type) {
    return type.getPackageName().substring(ROOT.length());
  }
}
