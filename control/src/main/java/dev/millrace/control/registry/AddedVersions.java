package dev.millrace.control.registry;

import dev.millrace.control.manifest.ModelNames;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the versions that were added to a registry's folder. */
final class AddedVersions {

  private AddedVersions() {}

  /** The added versions; whatever else lies in the folder is not looked at. */
  static List<Stored> under(Path models) throws IOException {
    List<Stored> all = new ArrayList<>();
    for (Path model : folders(models)) {
      String name = model.getFileName().toString();
      if (ModelNames.isName(name)) {
        for (Path version : folders(model)) {
          if (ModelNames.isVersion(version.getFileName().toString())) {
            all.add(Stored.at(version, name));
          }
        }
      }
    }
    return all;
  }

  private static List<Path> folders(Path parent) throws IOException {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(child);
        }
      }
    }
    return folders;
  }
}
