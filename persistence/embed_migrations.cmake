# Writes a C++ source file OUTPUT with the function NAMESPACE::FUNCTION, which returns the names and texts of the
# migrations FILES.
separate_arguments(FILES)
list(SORT FILES)
string(CONCAT out "#include \"persistence/migrate.hpp\"\n\nnamespace ${NAMESPACE} {\n\n"
  "std::span<const ainft::persistence::migration> ${FUNCTION}() {\n"
  "  static constexpr ainft::persistence::migration all[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND out "    {\"${name}\", R\"migration(${text})migration\"},\n")
endforeach()
string(APPEND out "  };\n  return all;\n}\n\n} // namespace ${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${out}")
