package dev.millrace.admission;

import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys on disk, readable by the owner alone: a line a key with prefix, SHA-256, name, tenant,
 * role and highest class. No key can be made from it.
 */
final class KeyFile {

  private static final Pattern LINE =
      Pattern.compile(
          "(mk_[A-Za-z0-9_-]{8}) ([0-9a-f]{64}) ([a-z0-9-]{1,64}) ([0-9]{1,9}) (admin|user)"
              + " (critical|standard|sheddable)");
  private static final long LARGEST = 16 << 20;

  private KeyFile() {}

  /** No file, no keys. */
  static List<KeyRecord> read(Path file) throws IOException {
    List<KeyRecord> keys = new ArrayList<>();
    if (!Files.exists(file)) {
      return keys;
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException(
          file.getFileName() + ": " + Files.size(file) + " bytes (expected: <= " + LARGEST + ")");
    }
    for (String line : Files.readAllLines(file)) {
      keys.add(parse(line, file, keys.size() + 1));
    }
    return keys;
  }

  private static KeyRecord parse(String line, Path file, int number) throws IOException {
    Matcher matcher = LINE.matcher(line);
    TaskClass highest = matcher.matches() ? TaskClass.byName(matcher.group(6)) : null;
    if (highest == null) {
      // The line itself is not shown: it may be a key that somebody put there by mistake.
      throw new IOException(
          file.getFileName()
              + ":"
              + number
              + ": an unreadable line (expected: prefix, SHA-256, name, tenant, role, class)");
    }
    return new KeyRecord(
        matcher.group(1),
        HexFormat.of().parseHex(matcher.group(2)),
        new Access.Granted(
            new Principal(
                Integer.parseInt(matcher.group(4)),
                matcher.group(3),
                matcher.group(5).equals("admin"),
                highest)));
  }

  /** Writes beside and renames, so that the old file or the new one is there, whole. */
  static void write(Path file, List<KeyRecord> keys) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " has no folder (expected: a file in a folder)");
    }
    Files.createDirectories(folder);
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(beside);
    StringBuilder text = new StringBuilder();
    keys.forEach(key -> text.append(line(key)).append('\n'));
    try (FileChannel channel = FileChannel.open(beside, OPTIONS, ownerOnly(folder))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static final Set<StandardOpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static String line(KeyRecord key) {
    Principal principal = key.granted().principal();
    return String.join(
        " ",
        key.prefix(),
        HexFormat.of().formatHex(key.sha256()),
        principal.keyName(),
        Integer.toString(principal.tenant()),
        principal.admin() ? "admin" : "user",
        principal.highestClass().wireName());
  }
}
