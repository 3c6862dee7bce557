# Writes a C++ source file with the name and text of each migration.
separate_arguments(FILES)
list(SORT FILES)
string(CONCAT out "#include \"persistence/migrate.hpp\"\n\nnamespace ainft::persistence {\n\n"
  "std::span<const migration> built_in_migrations() {\n  static constexpr migration all[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND out "    {\"${name}\", R\"migration(${text})migration\"},\n")
endforeach()
string(APPEND out "  };\n  return all;\n}\n\n} // namespace ainft::persistence\n")
file(WRITE ${OUTPUT} "${out}")
