/** Types of `.nn` files → a plugin of TypeScript's server, by which it knows them without files that are written. */
import type ts from 'typescript-5.9';
import { importErrors, type ImportContext } from './import-errors.ts';
import { modelPathOf, typesPathOf } from './paths.ts';
import { VirtualTypes, type LoadParts } from './virtual-types.ts';

/** What `tsconfig.json` may say beside the name. */
interface PluginConfig {
  /** `false` where the bundle is built with `tensors: false`; default as nnlang is configured. */
  readonly tensors?: unknown;
}

type PluginFactory = (modules: { readonly typescript: typeof ts }) => ts.server.PluginModule;

export const pluginWith =
  (parts: LoadParts): PluginFactory =>
  ({ typescript }) => ({
    create: (info: ts.server.PluginCreateInfo): ts.LanguageService => {
      const types = VirtualTypes.of(info.serverHost, parts);
      types.add(info.project, () => hasTensors(info, parts));
      equip(info.languageServiceHost);
      return service(info, { typescript, host: info.languageServiceHost, types });
    },
  });

/** As `tsconfig.json` says, or else the configuration of nnlang for bundles. */
function hasTensors({ config, project }: ts.server.PluginCreateInfo, parts: LoadParts): boolean {
  const { tensors } = config as PluginConfig;
  if (tensors !== undefined) return tensors !== false;
  const tell = (message: string): void => project.projectService.logger.info(`nnlang: ${message}`);
  return parts().tensorsConfigured(project.getCurrentDirectory(), tell);
}

/** The project with the option that imports need, and with models among the files of a folder: paths are completed from these. */
function equip(host: ts.LanguageServiceHost): void {
  const settings = host.getCompilationSettings.bind(host);
  host.getCompilationSettings = () => ({ ...settings(), allowArbitraryExtensions: true });
  const readDirectory = host.readDirectory?.bind(host);
  if (readDirectory === undefined) return;
  host.readDirectory = (path, extensions, ...rest) => {
    const found = readDirectory(path, extensions, ...rest);
    if (!extensions?.includes('.d.ts')) return found;
    return [...new Set([...found, ...readDirectory(path, ['.nn'], ...rest).map(typesPathOf)])];
  };
}

const isOfModel = (path: string): boolean => modelPathOf(path) !== undefined;

function service({ languageService: own }: ts.server.PluginCreateInfo, context: ImportContext): ts.LanguageService {
  const changed: Partial<ts.LanguageService> = {
    getSemanticDiagnostics: (path) => {
      const file = own.getProgram()?.getSourceFile(path);
      return [...own.getSemanticDiagnostics(path), ...(file ? importErrors(file, context) : [])];
    },
    // What models declare is written in their files, where it is renamed, or not at all.
    getRenameInfo: (path, position, preferences?: boolean | ts.UserPreferences) => {
      const options = typeof preferences === 'object' ? preferences : {};
      const info = own.getRenameInfo(path, position, options);
      if (!info.canRename) return info;
      const place = own.findRenameLocations(path, position, false, false, options)?.find(({ fileName }) => isOfModel(fileName));
      if (place === undefined) return info;
      const model = modelPathOf(place.fileName)!;
      const name = model.slice(model.lastIndexOf('/') + 1);
      return { canRename: false, localizedErrorMessage: `'${info.displayName}' is declared in ${name}. Rename it there.` };
    },
    getCodeFixesAtPosition: (...args) =>
      own.getCodeFixesAtPosition(...args).filter(({ changes }) => !changes.some(({ fileName }) => isOfModel(fileName))),
  };
  return { ...own, ...changed };
} // prettier-ignore
