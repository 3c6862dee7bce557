// A plugin for clang-tidy: limits its checks to our own code. Without it, clang-tidy 19 runs each check over every
// declaration of the system's headers too, and drops the findings. That takes most of its time.
#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Frontend/FrontendPluginRegistry.h>

#include <memory>
#include <string>
#include <vector>

namespace {

class own_code : public clang::ASTConsumer {
public:
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (auto* declared : group) {
      auto& sources = declared->getASTContext().getSourceManager();
      if (!sources.isInSystemHeader(sources.getExpansionLoc(declared->getLocation())))
        declarations_.push_back(declared);
    }
    return true;
  }

  // Runs before the checks do.
  void HandleTranslationUnit(clang::ASTContext& context) override { context.setTraversalScope(declarations_); }

private:
  std::vector<clang::Decl*> declarations_;
};

class own_code_action : public clang::PluginASTAction {
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<own_code>();
  }
  bool ParseArgs(const clang::CompilerInstance&, const std::vector<std::string>&) override { return true; }
  ActionType getActionType() override { return AddBeforeMainAction; }
};

const clang::FrontendPluginRegistry::Add<own_code_action> registered("own-code", "limits checks to our own code");

} // namespace
